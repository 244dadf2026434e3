"""List the wheels of a resolved lock: `python .ci/wheels.py pylock.toml` prints CSV, one line a wheel.

`make lock` calls it, so that a test can say without a network that everything in `requirements.lock` installs
from a wheel on Linux, macOS and Windows. Wheels of other interpreters and platforms are left out.
"""

import csv
import re
import sys
import tomllib
from pathlib import Path

INTERPRETERS = re.compile(r"py3|py2\.py3|cp3(11|12|13)|cp3\d+-abi3|cp(34|35|36|37|38|39|310)-abi3")
PLATFORMS = re.compile(
    r"any|.*manylinux.*_(x86_64|aarch64).*|macosx_.*_(x86_64|arm64|universal2).*|win_amd64"
)


def is_wanted(filename: str) -> bool:
    """Whether a wheel serves a supported interpreter on a supported platform."""
    interpreter, abi, platform = filename.removesuffix(".whl").split("-")[-3:]
    tag = f"{interpreter}-abi3" if abi == "abi3" else interpreter
    return bool(INTERPRETERS.fullmatch(tag) and not abi.endswith("t") and PLATFORMS.fullmatch(platform))


def main() -> None:
    """Print package, version, marker, wheel and SHA-256 of every wanted wheel."""
    packages = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["packages"]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("package", "version", "wheel", "sha256"))
    for package in packages:
        for wheel in package.get("wheels", ()):
            filename = wheel.get("name") or wheel["url"].rsplit("/", 1)[-1]
            if is_wanted(filename):
                writer.writerow((package["name"], package["version"], filename, wheel["hashes"]["sha256"]))


if __name__ == "__main__":
    main()
