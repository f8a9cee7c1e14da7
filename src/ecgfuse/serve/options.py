"""Fields that are options of the command line and environment variables."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field
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


def default_data() -> Path:
    """The data folder of whoever starts the application, as the XDG specification has it."""
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return parse_path(home) / "ecgfuse"


def cores() -> int:
    """Number of cores that this process may use."""
    from ecgfuse.engine.processes import n_workers

    return n_workers()


def half_the_cores() -> int:
    """Half of them, at least one."""
    return max(1, cores() // 2)


def option(parse: Callable[[str], Any], metavar: str, help: str) -> dict[str, Any]:
    """Metadata of a field that is an option."""
    return {"parse": parse, "metavar": metavar, "help": help}


def option_name(name: str) -> str:
    """Name of a field on the command line."""
    return f"--{name.replace('_', '-')}"


def variable_name(name: str) -> str:
    """Name of the environment variable of a field."""
    return f"{PREFIX}{name.upper()}"


def read_options(
    fields: Iterable["Field[Any]"],
    *,
    options: Mapping[str, str | None],
    environment: Mapping[str, str],
) -> dict[str, Any]:
    """Values of the fields that are given as an option or as an environment variable.

    Args:
        fields: with the metadata of `option`.
        options: field -> text; None means that the option was not given.
        environment: variable -> text. An empty variable is a path that is not given.

    Raises:
        ValueError: a value is malformed.
    """
    values: dict[str, Any] = {}
    for one in fields:
        text, source = options.get(one.name), option_name(one.name)
        if text is None:
            text, source = environment.get(variable_name(one.name)), variable_name(one.name)
        if text is not None and (text or one.type is not Path | None):
            values[one.name] = _parse(text, one, source=source)
    return values


def require_range(value: float, *, name: str, low: float, high: float) -> None:
    """Check a number.

    Args:
        value: of the field.
        name: of the field.
        low: lowest value.
        high: highest value.

    Raises:
        ValueError: it is outside of the range, or not a number.
    """
    if not low <= value <= high:  # also NaN
        raise ValueError(
            f"{option_name(name)} {value:g} is outside of {low:g} to {high:g}; choose a number in "
            "this range"
        )


def _parse(text: str, one: "Field[Any]", *, source: str) -> Any:
    try:
        return one.metadata["parse"](text)
    except ValueError as error:
        kind = {int: "a whole number", float: "a number"}.get(one.metadata["parse"], str(error))
        raise ValueError(f"{source} {text!r} is not {kind}; correct or omit it") from None
