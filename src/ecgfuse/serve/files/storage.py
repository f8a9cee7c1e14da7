"""Files of the web application: by random ids in the data folder, within a quota."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from ecgfuse.serve.files.ids import is_id

Kind = Literal["uploads", "recordings", "analyses"]
"""Folders of the data folder; each holds one folder per id."""

KINDS: tuple[Kind, ...] = get_args(Kind)

FREE_BYTES = 512 * 2**20
"""Space that is left free on the disk, for results in progress, database and logs."""

_TRASH = "trash"
_PRIVATE = 0o700
_GB = 2**30


class NoRoomError(ValueError):
    """The quota or the disk has no room; the message says which, and the cure."""


class Storage:
    """Folders in the data folder.

    Args:
        folder: the data folder; created if missing, for its owner alone.
        quota_bytes: most that the folders of all kinds may hold together.

    Raises:
        ValueError: the data folder cannot be created or written.
    """

    def __init__(self, folder: Path, quota_bytes: int) -> None:
        self.folder = folder.absolute()
        self.quota_bytes = quota_bytes
        try:
            self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            for kind in (*KINDS, _TRASH):
                (self.folder / kind).mkdir(mode=_PRIVATE, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"--data {folder}: cannot be created ({error.strerror}); name another folder"
            ) from None
        if not os.access(self.folder, os.W_OK):
            raise ValueError(f"--data {folder}: no permission to write; name another folder")

    def folder_of(self, kind: Kind, id: str) -> Path:
        """The folder of an id, created if missing.

        Raises:
            ValueError: the id does not have the form of one.
        """
        folder = self._path(kind, id)
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
        return folder

    def delete(self, kind: Kind, id: str) -> None:
        """Delete the folder of an id, if there is one.

        It is moved away first, so that nobody sees half of it, whatever happens meanwhile.
        """
        trash = self.folder / _TRASH / secrets.token_hex(16)
        try:
            self._path(kind, id).rename(trash)
        except FileNotFoundError:
            return
        shutil.rmtree(trash, ignore_errors=True)  # what is left, `empty_trash` deletes

    def ids(self, kind: Kind) -> Iterator[tuple[str, float]]:
        """All ids that have a folder, and when it was last changed (seconds since 1970)."""
        with os.scandir(self.folder / kind) as entries:
            for entry in entries:
                if is_id(entry.name):
                    yield entry.name, entry.stat(follow_symlinks=False).st_mtime

    def empty_trash(self) -> None:
        """Delete what an interrupted `delete` left."""
        for path in (self.folder / _TRASH).iterdir():
            shutil.rmtree(path, ignore_errors=True)

    def used_bytes(self) -> int:
        """Size of all files in the folders of all kinds."""
        return sum(_size_of(self.folder / kind) for kind in KINDS)

    def stored_bytes(self) -> int:
        """Size of all files but those of uploads, also where they have a second name already."""
        kinds = [kind for kind in KINDS if kind != "uploads"]
        return sum(_size_of(self.folder / kind, with_links=False) for kind in kinds)

    def free_bytes(self) -> int:
        """Free space of the disk."""
        return shutil.disk_usage(self.folder).free

    def require_room(self, n_bytes: int, *, used: int | None = None, coming: int = 0) -> None:
        """Raise an error if the quota or the disk has no room for so many bytes.

        Args:
            n_bytes: that are to be stored.
            used: of the quota; default: the size of all files.
            coming: bytes for which the disk needs room, too.

        Raises:
            NoRoomError: the message names which of them, and the cure.
        """
        free = self.free_bytes() - FREE_BYTES - coming
        if n_bytes > free:
            raise NoRoomError(
                f"the disk of the server has no room for {_size(n_bytes)} "
                f"({_size(max(0, free))} can be used); delete recordings that are no longer "
                "needed, or ask the administrator to free some space"
            )
        left = self.quota_bytes - (self.used_bytes() if used is None else used)
        if n_bytes > left:
            raise NoRoomError(
                f"the quota of {_size(self.quota_bytes)} has no room for {_size(n_bytes)} "
                f"({_size(max(0, left))} are left); delete recordings that are no longer needed, "
                "or ask the administrator for a larger quota (--quota-gb)"
            )

    def _path(self, kind: Kind, id: str) -> Path:
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r} is unknown; use one of {', '.join(KINDS)}")
        if not is_id(id):
            raise ValueError(f"id {id!r} is malformed; use one that the application has given out")
        return self.folder / kind / id


def _size_of(folder: Path, *, with_links: bool = True) -> int:
    """Size of all files in a folder; files that vanish meanwhile count as nothing.

    Args:
        folder: that is searched, with those in it.
        with_links: whether files with a second name count.
    """
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += _size_of(Path(entry.path), with_links=with_links)
                    continue
                found = entry.stat(follow_symlinks=False)
                if with_links or found.st_nlink == 1:
                    total += found.st_size
    except FileNotFoundError:
        pass
    return total


def _size(n_bytes: int) -> str:
    if n_bytes < _GB // 10:
        return f"{n_bytes / 2**20:.1f} MB"
    return f"{n_bytes / _GB:.1f} GB"
