"""Messages of the library in the words of the pages: without options and paths of the server."""

import errno
import re
from pathlib import Path
from typing import TypeVar

_FIELDS = {
    "--fs": 'the field "Sampling rate"',
    "--units": 'the field "Unit"',
    "--lead": 'the field "Lead"',
    "--beats": "the reference annotations",
}
_EXAMPLE = re.compile(r"(such as|for example) --(?:fs|units|lead) ")
_OPTION = re.compile("|".join(rf"{option}\b" for option in _FIELDS))
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PlainT = TypeVar("_PlainT")


def in_plain_words(content: _PlainT, main_file: Path, *, shown: str = "") -> _PlainT:
    """Messages as they are shown to a person.

    Args:
        content: a message, or lists and dicts with messages; anything else is left as it is.
        main_file: of the recording; its folder is hidden.
        shown: name that the person gave this file; "" for the name that it has.
    """
    if isinstance(content, str):
        return _plain(content, main_file, shown=shown)  # type: ignore[return-value]
    if isinstance(content, list):
        return [in_plain_words(one, main_file, shown=shown) for one in content]  # type: ignore[return-value]
    if isinstance(content, dict):
        return {  # type: ignore[return-value]
            name: in_plain_words(one, main_file, shown=shown) for name, one in content.items()
        }
    return content


def _plain(text: str, main_file: Path, *, shown: str) -> str:
    text = text.replace(str(main_file), shown or main_file.name)
    for folder in (main_file.parent, main_file.parent.resolve()):
        text = text.replace(f"{folder}/", "")
    text = _EXAMPLE.sub(r"\1 ", text)
    return _OPTION.sub(lambda match: _FIELDS[match[0]], text)


def sentence_of(error: BaseException, main_file: Path, *, shown: str = "") -> str | None:
    """What to tell a person of an error; None for one that only the programmers can mend.

    Args:
        error: that was raised.
        main_file: as in `in_plain_words`.
        shown: likewise.
    """
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return in_plain_words(str(error), main_file, shown=shown)
    if isinstance(error, MemoryError):
        return (
            "the server has too little memory for this recording; cut it into shorter parts, or "
            "ask the administrator"
        )
    if isinstance(error, OSError) and (error.errno in _FULL or _is_short_write(error)):
        return (
            "the disk of the server is full; delete recordings that are no longer needed, or ask "
            "the administrator to free some space"
        )
    return None


def _is_short_write(error: OSError) -> bool:
    """Whether NumPy could write an array only in part, which it tells without a number."""
    return error.errno is None and " requested and " in str(error)
