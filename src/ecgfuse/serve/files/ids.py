"""Random ids of rows and folders, which cannot be guessed and say nothing about their contents."""

import re
import secrets

ID_PATTERN = r"[A-Za-z0-9_-]{22}"
"""Regular expression of an id."""

_ID = re.compile(ID_PATTERN)


def new_id() -> str:
    """A new id: 16 random bytes as 22 characters that are safe in addresses and file names."""
    return secrets.token_urlsafe(16)


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None
