"""Detect the encoding of a text file."""

import codecs
import re
from pathlib import Path


def detect_encoding(head: bytes, *, path: Path) -> str:
    """The encoding of a text, from its beginning.

    Raises:
        ValueError: it is not text.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > 0.9 * len(zeros):
            return encoding
    if re.search(rb"[\0-\x08\x0e-\x19\x1b-\x1f]", head):
        raise ValueError(
            f"{path}: is not a text file; write it as a table with one line per sample"
        )
    if head.isascii():
        return "utf-8-sig"
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)  # may end in a character
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or _is_korean(text):
            return encoding
    return "latin-1"


def _is_korean(text: str) -> bool:
    """Whether text decoded as cp949 is Korean: latin-1 "µV" or "é" would give rare syllables.

    In Korean text nearly all letters beyond ASCII are Hangul in words of at least two; a stray
    accented letter of latin-1 swallows its neighbour and stands alone among ASCII.
    """
    hangul = len(re.findall(r"[가-힣]", text))
    others = sum(not c.isascii() for c in text) - hangul
    return len(re.findall(r"[가-힣]{2,}", text)) > 0 and hangul >= others
