"""The grid of an ablation: rows that differ from the default in their settings."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from dvc.exceptions import DvcException
from dvc.utils.hydra import apply_overrides

from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.pipeline.params import Config, build_config, read_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.ablation.conflicts import check_settings
from ecgfuse.studies.folds.config import FoldsConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig

Params = dict[str, dict[str, object]]
"""Group -> key -> value, as in the parameter files."""

_FOLDS = "studies/folds/params.yaml"
PARAM_FILES = ("params.yaml", _FOLDS)
"""Parameters of the pipeline, and of the stage that scores a row."""

DEFAULT = "default"
"""Name of the first row, which changes nothing."""

_CONFIGS: tuple[type[Config], ...] = (
    PreprocessConfig,
    RRConfig,
    ModelConfig,
    FusionConfig,
    PretrainConfig,
    TrainConfig,
    AugmentConfig,
    FoldsConfig,
)
"""The groups that the scores of the stage folds depend on, and that a row may change."""
_GROUPS = tuple(config.group for config in _CONFIGS)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SETTING = re.compile(r"(\w+)\.(\w+)=(.+)")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One experiment of the grid."""

    name: str
    """Name of the experiment: lower-case letters and digits, with single hyphens between."""
    asks: str
    """The question that the row answers."""
    settings: tuple[str, ...]
    """Differences from the parameter files: GROUP.KEY=VALUE."""
    params: Params
    """All parameters of the experiment in the groups that a row may change."""

    def overrides(self) -> list[str]:
        """The settings as arguments of 'dvc exp run'."""
        own = f"{FoldsConfig.group}."
        return [
            word
            for setting in self.settings
            for word in ("-S", f"{_FOLDS}:{setting}" if setting.startswith(own) else setting)
        ]


def load_grid(path: Path, *, params: Mapping[str, Mapping[str, object]]) -> list[Row]:
    """Read a grid and check every row before anything runs.

    Args:
        path: YAML, a list of rows with name, asks and settings.
        params: all groups of both parameter files.

    Raises:
        ValueError: there is no list of rows, a key is missing or unknown, a name is invalid or
            taken, a parameter does not exist, is not read by the stage folds or by the network of
            the row or cannot have this value, or a row changes nothing or hides all that RR could
            be learned from. The message names file, row and cure.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file; try 'git checkout {path}'") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, list) or not content:
        raise ValueError(f"{path}: holds no list of rows; each begins with '- name: NAME'")
    rows: list[Row] = []
    for number, entry in enumerate(content, start=1):
        try:
            rows.append(_read_row(entry, before=rows, params=params))
        except ValueError as error:
            raise ValueError(f"{path}: row {number}: {error}") from None
    return rows


def _read_row(
    entry: object, *, before: Sequence[Row], params: Mapping[str, Mapping[str, object]]
) -> Row:
    keys = ("name", "asks", "settings")
    if not isinstance(entry, dict) or set(entry) != set(keys):
        raise ValueError(f"is {entry!r}, but must have the keys {', '.join(keys)} and no others")
    name, asks, settings = (entry[key] for key in keys)
    _check_name(name, settings=settings, before=before)
    if not isinstance(asks, str) or not asks.strip():
        raise ValueError(f"asks is {asks!r}, but must be the question of row {name} in words")
    if not isinstance(settings, list) or not all(isinstance(one, str) for one in settings):
        raise ValueError(f"settings is {settings!r}, but must be a list of GROUP.KEY=VALUE")
    try:
        of_row = _changed(settings, params=params)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if same := [row.name for row in before if row.params == of_row]:
        raise ValueError(f"{name}: has the parameters of row {same[0]}; change or drop it")
    return Row(name=name, asks=asks, settings=tuple(settings), params=of_row)


def _check_name(name: object, *, settings: object, before: Sequence[Row]) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            f"name is {name!r}, but must be lower-case letters and digits with single hyphens"
        )
    if name in {row.name for row in before}:
        raise ValueError(f"name is {name!r}, but another row has it; names must be unique")
    if (not before) != (name == DEFAULT) or (settings == []) != (name == DEFAULT):
        raise ValueError(
            f"is {name} with settings {settings}, but the first row, and no other, must be named "
            f"{DEFAULT} and have none: []"
        )


def _changed(settings: Sequence[str], *, params: Mapping[str, Mapping[str, object]]) -> Params:
    """The parameters of a row, parsed as DVC parses what follows -S."""
    for setting in settings:
        _check_setting(setting, params=params)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "params.yaml"
        path.write_text(yaml.safe_dump({group: dict(params[group]) for group in _GROUPS}))
        try:
            apply_overrides(path, list(settings))
        except DvcException as error:
            cause = " ".join(str(error.__cause__ or error).split())
            raise ValueError(f"DVC cannot read {', '.join(settings)}: {cause}") from None
        changed: Params = read_params(path)
    for config in _CONFIGS:
        build_config(config, changed[config.group])
    check_settings(settings, params=changed)
    return changed


def _check_setting(setting: str, *, params: Mapping[str, Mapping[str, object]]) -> None:
    match = _SETTING.fullmatch(setting)
    if not match:
        raise ValueError(
            f"setting {setting!r} must read GROUP.KEY=VALUE, as after 'dvc exp run -S'"
        )
    group, key, _ = match.groups()
    known = [f"{group}.{key}" for group, values in params.items() for key in values]
    if f"{group}.{key}" not in known:
        close = difflib.get_close_matches(f"{group}.{key}", known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"{' and '.join(PARAM_FILES)} list all"
        raise ValueError(f"unknown parameter {group}.{key}; {hint}")
    if group not in _GROUPS:
        raise ValueError(
            f"{group}.{key} does not affect the scores, so the row would change nothing; a row may "
            f"change parameters of {', '.join(_GROUPS)}"
        )
