"""Compiles matchers/kernel/kernel.c into the package where there is a C compiler; without one the package is pure.

The library is loaded by ctypes, so one wheel serves every version of Python on a platform.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ("-O3", "-shared", "-fPIC", "-ffp-contract=off")
LIBRARY = "matchers/kernel/kernel.so"


def compiler() -> str | None:
    """Return the C compiler: `CC` where it is set (empty: none), or the first of the usual ones that is there."""
    named = os.environ.get("CC")
    if named is not None:
        return shutil.which(named) if named else None
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def compile_kernel(source: Path, target: Path) -> bool:
    """Compile the kernel and say whether that worked; what the compiler says goes to standard error."""
    found = compiler()
    if found is None:
        sys.stderr.write("no C compiler: the package is built without the compiled kernel\n")
        return False
    done = subprocess.run([found, *FLAGS, "-o", str(target), str(source)], check=False)
    return done.returncode == 0


class KernelHook(BuildHookInterface):
    """Adds the kernel to wheels, and beside its source for editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and mark the wheel as one of this platform."""
        if self.target_name != "wheel":
            return
        source = Path(self.root) / "matchers" / "kernel" / "kernel.c"
        target = Path(tempfile.mkdtemp()) / "kernel.so"
        beside = Path(self.root) / LIBRARY
        if version == "editable":
            beside.unlink(missing_ok=True)
            target = beside
        if compile_kernel(source, target):
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"
            if version != "editable":
                build_data["force_include"][str(target)] = LIBRARY
