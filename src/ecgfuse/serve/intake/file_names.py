"""Names of uploaded files: which are accepted, and which belong together."""

import unicodedata
from pathlib import PurePosixPath

MOST_BYTES = 200
"""Length of a name in UTF-8."""

_ARCHIVES = (
    *(".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".lz"),
    *(".lzma", ".lz4", ".z", ".cab", ".iso", ".jar"),
)
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of characters that cannot be shown."""
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of writing, so that a name looks like another one."""
_MAGIC = (
    b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"BZh",
    b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x1f\x9d", b"MSCF",
)  # fmt: skip
"""First bytes of archives and of compressed files."""
_UNPACK = "is an archive or a compressed file; unpack it, and choose the files in it"


def plain_name(name: str) -> str:
    """A file name as it is kept, with composed letters.

    Raises:
        ValueError: it is none, is hidden or too long, has control characters or names a folder, or
            it is that of an archive. The message names the cure.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    shown = "".join(c if c.isprintable() else "?" for c in plain[:80])
    if not plain or any(c in plain for c in "/\\") or plain in (".", ".."):
        raise ValueError(f"{shown!r} is not the name of a file; choose files, not folders")
    if any(unicodedata.category(c) in _UNSEEN or c in _TURNING for c in plain):
        raise ValueError(f"{shown!r} has characters that cannot be shown; rename the file")
    if len(plain.encode()) > MOST_BYTES:
        raise ValueError(f"{shown!r}… is too long; rename the file to at most 60 letters")
    if plain.startswith((".", "~")):
        raise ValueError(f"{shown!r} is a hidden file; choose the recording itself")
    if plain.lower().endswith(_ARCHIVES):
        raise ValueError(f"{shown} {_UNPACK}")
    return plain


def check_content(start: bytes, *, name: str) -> None:
    """Check the first bytes of a file that is no signal file of WFDB.

    Raises:
        ValueError: they are those of an archive.
    """
    if start.startswith(_MAGIC) or start[257:262] == b"ustar":
        raise ValueError(f"{name} {_UNPACK}")


def key_of(name: str) -> str:
    """What is equal for two spellings of a name: some systems change capitals and accents."""
    return unicodedata.normalize("NFC", name).casefold()


def stem_of(name: str) -> str:
    """A name without its extension."""
    return PurePosixPath(name).stem


def ending_of(name: str) -> str:
    """The extension of a name in small letters, such as .hea; "" if there is none."""
    return PurePosixPath(name).suffix.lower()
