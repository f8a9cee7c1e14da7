"""The token file: who can log in."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHORTEST = 20
"""Characters of a token; a shorter one could be guessed."""

_OTHERS = 0o007
_HOW = 'write lines such as "anna TOKEN", with a token made by "openssl rand -hex 24"'


@dataclass(frozen=True)
class Tokens:
    """Tokens by the name of their person."""

    of: Mapping[str, str] = field(repr=False)

    def name_of(self, token: str) -> str | None:
        """The person with this token, or None. It takes as long for every token."""
        found = None
        for name, known in self.of.items():
            if hmac.compare_digest(known.encode(), token.encode()):
                found = name
        return found


def read_tokens(path: Path) -> Tokens:
    """Read a token file: one "NAME TOKEN" per line; empty lines and # comments are skipped.

    Raises:
        ValueError: it cannot be read, everybody on the machine can read it, or a line is malformed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise ValueError(f"--token-file {path}: cannot be read ({reason}); {_HOW}") from None
    if mode & _OTHERS:
        raise ValueError(f"--token-file {path}: everybody can read it; run 'chmod 600 {path}'")
    tokens: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        if words:
            name, token = _checked(words, place=f"--token-file {path}, line {number}")
            if name in tokens or token in tokens.values():
                raise ValueError(
                    f"--token-file {path}, line {number}: name or token stands there twice; give "
                    "every person one line and a token of their own"
                )
            tokens[name] = token
    if not tokens:
        raise ValueError(f"--token-file {path}: it holds no token; {_HOW}")
    return Tokens(tokens)


def _checked(words: list[str], *, place: str) -> tuple[str, str]:
    if len(words) != 2:
        raise ValueError(f"{place}: not a name and a token; {_HOW}")
    name, token = words
    if len(token) < SHORTEST:
        raise ValueError(
            f"{place}: the token of {name} has less than {SHORTEST} characters, which can be "
            f"guessed; {_HOW}"
        )
    return name, token
