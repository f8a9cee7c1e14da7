"""Fields that are options of the command line and environment variables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

PREFIX = "ECGFUSE_SERVE_"
"""Of the environment variables."""

_YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


def parse_path(text: str) -> Path:
    """An absolute path; ~ is the home folder."""
    return Path(text).expanduser().absolute()


def parse_names(text: str) -> tuple[str, ...]:
    """Names separated by commas or spaces."""
    return tuple(text.replace(",", " ").split())


def parse_yes(text: str) -> bool:
    """1 or 0, also as true, false, yes or no.

    Raises:
        ValueError: something else; the message says what is expected.
    """
    if text.lower() not in _YES_NO:
        raise ValueError("1 or 0")
    return _YES_NO[text.lower()]


def option(parse: Callable[[str], Any], metavar: str, help: str) -> dict[str, Any]:
    """Metadata of a field that is an option."""
    return {"parse": parse, "metavar": metavar, "help": help}


def option_name(name: str) -> str:
    """Name of a field on the command line."""
    return f"--{name.replace('_', '-')}"


def variable_name(name: str) -> str:
    """Name of the environment variable of a field."""
    return f"{PREFIX}{name.upper()}"
