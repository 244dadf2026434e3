"""`python -m service.evaluation bench`: the same as `sanctions-xref evaluate`, for `make bench`."""

from __future__ import annotations

import sys

from service.cli.main import main

if __name__ == "__main__":
    arguments = sys.argv[2:] if sys.argv[1:2] == ["bench"] else sys.argv[1:]
    sys.argv = ["sanctions-xref", "evaluate", *arguments]
    main()
