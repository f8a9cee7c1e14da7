"""The secret of an installation: it signs sessions and hides names in logs."""

import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_FILE = "secret"
_FORM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Secret:
    """A secret, from which keys for different purposes are derived."""

    text: str = field(repr=False)

    def key(self, purpose: str) -> bytes:
        """The key for a purpose; nobody can tell the secret or another key from it."""
        return hmac.digest(self.text.encode(), purpose.encode(), hashlib.sha256)

    def digest(self, purpose: str, text: str) -> str:
        """Hexadecimal digest of a text that nobody can compute without the secret."""
        return hmac.new(self.key(purpose), text.encode(), hashlib.sha256).hexdigest()


def read_secret(data: Path) -> Secret:
    """The secret in the data folder, which is made if there is none.

    Args:
        data: the data folder.

    Raises:
        ValueError: the file is damaged.
    """
    path = data / _FILE
    if not path.exists():
        _make(path)
    text = path.read_text().strip()
    if not _FORM.fullmatch(text):
        raise ValueError(
            f"{path} is damaged; restore it from a backup, or delete it: then everybody has to "
            "log in again, and recordings of browsers without a login are lost to them"
        )
    return Secret(text)


def _make(path: Path) -> None:
    """Write a new secret; if another process is faster, its secret stays."""
    temporary = path.with_name(f".{_FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
