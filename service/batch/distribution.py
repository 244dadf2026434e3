"""Lists and index on their way to machines that share no folder: up once to the run's object store, down once a node.

Below `RUN/data` stands what the question names and nothing else: the versions of the lists without the publishers' raw
files, and the index over them. A node keeps its copy in its folder for temporary files; all its processes map it.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from filelock import FileLock

from service.batch.question import Question, pinned_runtime
from service.batch.storage import arrow_files, file_system
from service.house_aliases import FOLDER as HOUSE

DATA = "data"


def share_data(question: Question, data: Path, place: str) -> None:
    """Copy what a question needs into the object store of its run; the index is built first where it is not yet."""
    key = pinned_runtime(question, data).key
    versions = [f"lists/{name}/{version}" for name, found in question.past.items() for version in found]
    for name in (*versions, f"index/{key}", HOUSE):
        for path in sorted((data / name).rglob("*")):
            if path.is_file() and "raw" not in path.relative_to(data).parts:
                _upload(path, path.relative_to(data).as_posix(), place)


def _upload(path: Path, name: str, place: str) -> None:
    files, root = file_system(place)
    target = f"{root}/{DATA}/{name}"
    if files.get_file_info(target).size != path.stat().st_size:
        arrow_files().copy_files(str(path), target, None, files)


def fetch_data(question: Question, place: str) -> Path:
    """Return this node's copy of the data of a run; the first process of a node fetches it, the others wait."""
    files, root = file_system(place)
    digest = hashlib.sha256(f"{root} {question.model_dump_json()}".encode()).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()) / f"sanctions-xref-{digest}"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            below = files.get_file_info(arrow_files().FileSelector(f"{root}/{DATA}", allow_not_found=True))
            building = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
            if below:
                arrow_files().copy_files(f"{root}/{DATA}", str(building), files, None)
            building.rename(folder)
    return folder
