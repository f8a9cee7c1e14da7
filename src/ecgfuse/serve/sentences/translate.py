"""Translates sentences that arise without a person at hand: in jobs and in the library.

They are English there, in logs and in the database. The API and the pages show them in the language
of the request: those that `ecgfuse.serve.sentences.known` lists are found again by their words.
Others stay English.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import gettext

from ecgfuse.serve.sentences.known import SENTENCES

_LONGEST = 2000
"""Characters of a text that is looked up: names in it could make the search last long."""
_PLACE = re.compile(r"\{(\w+)\}")
_PREFIX, _PREFIXES = ": ", 4
"""What ends a name before a sentence, and how many of them there may be, less one."""


def translate(text: str) -> str:
    """A sentence in the language of the request; itself if it is not known.

    What stands before a colon, such as the name of a file, and values in it are left as they are,
    unless a value is a known sentence.
    """
    if len(text) > _LONGEST:
        return text
    rest = text
    for _ in range(_PREFIXES):
        known, values = _find(rest)
        if known is not None:
            return text[: len(text) - len(rest)] + _say(known, values)
        _, _, rest = rest.partition(_PREFIX)
    return text


def translate_all(content: Any) -> Any:
    """The same for all texts in lists and dicts, whose keys are left as they are."""
    if isinstance(content, str):
        return translate(content)
    if isinstance(content, list | tuple):
        return [translate_all(one) for one in content]
    if isinstance(content, Mapping):
        return {name: translate_all(one) for name, one in content.items()}
    return content


def _say(known: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: translate(values[place[1]]), gettext(known))


def _find(text: str) -> tuple[str | None, Mapping[str, str]]:
    """The known sentence of which a text is an instance, and its values."""
    for sentence, pattern in _patterns():
        if match := pattern.fullmatch(text):
            return sentence, match.groupdict()
    return None, {}


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Known sentences as regular expressions; those with the most words of their own first."""
    ordered = sorted(SENTENCES, key=lambda sentence: -len(_PLACE.sub("", sentence)))
    return [(sentence, _pattern(sentence)) for sentence in ordered]


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)  # text and names in turn
    return re.compile(
        "".join(
            f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )
