"""Read parameter files into typed, validated configurations."""

import dataclasses
import difflib
import math
import re
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin

import yaml


class Config(Protocol):
    """A dataclass that holds one group of a parameter file; `group` is its name."""

    group: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


ConfigT = TypeVar("ConfigT", bound=Config)


class _Loader(yaml.SafeLoader):
    """SafeLoader that parses 1e-05 as a number.

    DVC writes YAML 1.2, where 1e-05 is a float; PyYAML reads YAML 1.1, where it is a string.
    """


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
    list("-+0123456789."),
)


def load_params(config: type[ConfigT], *, path: Path = Path("params.yaml")) -> ConfigT:
    """Read one group of a parameter file into its configuration.

    Raises:
        ValueError: the file or the group is missing, a key is unknown or missing, or a value has
            the wrong type or is not allowed. The message names file, field, value and cure.
    """
    document = read_params(path)
    if not isinstance(document.get(config.group), dict):
        raise ValueError(
            f"{path}: the group '{config.group}:' is missing; restore it, for example by "
            f"'git checkout {path}'"
        )
    try:
        return build_config(config, document[config.group])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def read_params(path: Path) -> dict[str, Any]:
    """All groups of a parameter file as plain, unchecked values.

    Raises:
        ValueError: the file is missing or is not YAML with groups.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file; run from the root of the repository") from None
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path}: holds no groups of parameters; try 'git checkout {path}'")
    return document


def build_config(config: type[ConfigT], values: Mapping[str, object]) -> ConfigT:
    """Build a configuration from plain values, checking every key and type.

    Raises:
        ValueError: as `load_params`.
    """
    fields = {field.name: field for field in dataclasses.fields(config)}
    for key in values:
        if key not in fields:
            close = difflib.get_close_matches(str(key), fields, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"allowed: {', '.join(fields)}"
            raise ValueError(f"unknown parameter {config.group}.{key}; {hint}")
    missing = [name for name in fields if name not in values]
    if missing:
        raise ValueError(f"missing parameter {config.group}.{missing[0]}; add it to the group")
    return config(
        **{
            name: _convert(value, to=fields[name].type, field=f"{config.group}.{name}")
            for name, value in values.items()
        }
    )


def _convert(value: object, *, to: object, field: str) -> object:
    """One plain value as type `to`: bool, int, float, str, Literal, a tuple, or one of them."""
    origin = get_origin(to)
    if origin is Literal:
        if value not in get_args(to):
            allowed = " | ".join(map(str, get_args(to)))
            raise ValueError(f"{field} is {value!r}, but must be one of: {allowed}")
        return value
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        (inner,) = (arg for arg in get_args(to) if arg is not type(None))
        return _convert(value, to=inner, field=field)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{field} is {value!r}, but must be a list, such as [1, 2]")
        inner = get_args(to)[0]
        return tuple(_convert(item, to=inner, field=field) for item in value)
    if to is float and isinstance(value, int | float) and not isinstance(value, bool):
        require(math.isfinite(value), field=field, value=value, cure="must be a finite number")
        return float(value)
    if to is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # record names are digits, and YAML drops the quotes
    if type(value) is not to:
        expected = getattr(to, "__name__", to)
        raise ValueError(f"{field} is {value!r}, but must be of type {expected}")
    return value


def require(condition: bool, *, field: str, value: object, cure: str) -> None:
    """Raise a ValueError that names field, value and cure, unless the condition holds."""
    if not condition:
        raise ValueError(f"{field} is {value!r}, but {cure}")


def require_seeds(seeds: Sequence[int], *, field: str) -> None:
    """Raise a ValueError unless there is at least one seed, and none twice."""
    require(
        len(seeds) >= 1 and len(set(seeds)) == len(seeds),
        field=field,
        value=list(seeds),
        cure="must be a list of different numbers, such as [1, 2]",
    )


def require_plain_name(value: str, *, field: str, example: str) -> None:
    """Raise a ValueError unless a name is not empty and names one folder, such as 1.0.0."""
    require(
        value != "" and "/" not in value and ".." not in value,
        field=field,
        value=value,
        cure=f"must be a plain name, such as {example}",
    )


def require_share(value: float, *, field: str) -> None:
    """Raise a ValueError unless 0 <= value < 1."""
    require(0 <= value < 1, field=field, value=value, cure="must be at least 0 and below 1")
