"""Constants and helpers for tests with the small database."""

import hashlib
from pathlib import Path

from ecgfuse.download.transfer import Patience

PATIENCE = Patience(pauses=(0.01, 0.01))
"""The default, without the long pauses."""
SHORT = Patience(connect=0.5, read=0.5, silence=2.0, pauses=(0.01, 0.01))
"""For a server that does not answer."""
NO_RETRY = Patience(pauses=())
DAT_BYTES = 40_000


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS.txt for the files in the folder, as on PhysioNet."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS.txt"
    )
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    text = "".join(f"{value} {name}\n" for name, value in sums.items())
    (folder / "SHA256SUMS.txt").write_text(text)


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file in a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
