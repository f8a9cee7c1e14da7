"""A file that is given up when the disk is full, so that the database can still be written.

Without it, nobody could delete anything: a deleted row is written to the log of SQLite first.
Uploads are refused while the disk is nearly full, so that they do not take the room.
"""

import errno
import os
import shutil
from pathlib import Path

RESERVE_BYTES = 16 * 2**20
NEARLY_FULL_BYTES = 4 * RESERVE_BYTES
"""Free space below which the file is not made again, and pieces of uploads are refused."""

_NAME = "reserve"


def keep_reserve(folder: Path) -> None:
    """Make the file in the data folder, if it is not there and the disk has room for it."""
    path = folder / _NAME
    if path.exists() or is_nearly_full(folder):
        return
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
    except OSError:  # no room after all
        path.unlink(missing_ok=True)


def give_up_reserve(folder: Path) -> bool:
    """Delete the file; whether it was there."""
    try:
        (folder / _NAME).unlink()
    except FileNotFoundError:
        return False
    return True


def is_nearly_full(folder: Path) -> bool:
    """Whether the disk of the data folder has hardly any room."""
    return shutil.disk_usage(folder).free < NEARLY_FULL_BYTES


def require_some_room(folder: Path) -> None:
    """Refuse to write files on a disk with hardly any room.

    Raises:
        OSError: with the number of a full disk.
    """
    if is_nearly_full(folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
