"""Static files at addresses that change with their contents, so that browsers keep them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).with_name("static")
DIGEST_LENGTH = 12
"""Hexadecimal digits of the digest in an address."""
FOREVER = "public, max-age=31536000, immutable"
"""Cache-Control of everything whose address holds a digest of its contents."""


@dataclass(frozen=True, kw_only=True)
class StaticFiles:
    """The static files with one digest of all of them.

    They share a digest, which stands as a folder in their addresses, so that modules and style
    sheets can name one another relative to themselves.
    """

    folder: Path
    names: frozenset[str]
    """Paths in the folder, with slashes."""
    digest: str

    def require(self, name: str) -> str:
        """The name again.

        Raises:
            ValueError: there is no such file.
        """
        if name not in self.names:
            raise ValueError(f"static file {name!r} is not in {self.folder}; check its spelling")
        return name

    def size(self, name: str) -> int:
        """Size of a file in bytes."""
        return (self.folder / self.require(name)).stat().st_size


def read_static_files(folder: Path = STATIC) -> StaticFiles:
    """List the files of a folder and take their digest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sha = hashlib.sha256()
    names = [path.relative_to(folder).as_posix() for path in paths]
    for name, path in zip(names, paths, strict=True):
        sha.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return StaticFiles(
        folder=folder, names=frozenset(names), digest=sha.hexdigest()[:DIGEST_LENGTH]
    )
