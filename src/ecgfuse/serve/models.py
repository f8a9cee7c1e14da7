"""The models that can be chosen: exported files, with their measured performance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import ecgfuse
from ecgfuse.serve.performance import INTER, RECORDING, SINGLE_BEATS, Numbers, read_performance

if TYPE_CHECKING:  # ONNX Runtime is slow to import
    from ecgfuse.annotate.model import Model

TITLES = {
    "best": "Best network",
    "causal": "Network without look-ahead",
    "early": "Early fusion",
    "hybrid": "Hybrid fusion",
    "late": "Late fusion",
    "small": "Small network",
    "cnn_lstm": "CNN-LSTM",
    "cnn_lstm_dropout": "CNN-LSTM with dropout",
    "ensemble": "Ensemble of two CNN-LSTMs",
    "transformer": "Transformer",
    "transformer_published": "Transformer as published",
}
"""Name -> title; a model that is not here is called by its name."""

DEFAULT_MODEL = "best"
_BASELINE_S = 0.4
"""Half the windows of the two medians of the baseline, see `remove_baseline`."""


@dataclass(frozen=True, kw_only=True)
class ServedModel:
    """A model that can be chosen."""

    name: str
    title: str
    classes: tuple[str, ...]
    """Q included."""
    kind: str
    """recording, or single_beats for models that also judge beats without their recording."""
    look_ahead_s: float | None
    """Signal needed after an R peak in seconds; None if the whole recording is."""
    performance: Numbers | None
    """On DS2, as `ecgfuse.serve.performance` collects it; None if it was not measured."""


def list_models(folders: Sequence[Path] | None = None) -> list[ServedModel]:
    """All exported models: the best one first, then by kind and name.

    Args:
        folders: with ONNX files; None: those of the installed package and of the clone.
    """
    found = [_describe(_file(name, folders=folders)) for name in model_names(folders)]
    return sorted(found, key=lambda model: (model.name != DEFAULT_MODEL, model.kind, model.name))


def model_names(folders: Sequence[Path] | None = None) -> list[str]:
    """Names of all exported models; their files are not opened."""
    return sorted(
        {path.stem for folder in folders or model_folders() for path in folder.glob("*.onnx")}
    )


def require_model(name: str, *, kind: str | None = None) -> ServedModel:
    """A model by its name.

    Args:
        kind: kind of the beats to judge; models of single beats judge recordings, too.

    Raises:
        ValueError: there is no such model, or it cannot judge such beats.
    """
    models = list_models()
    chosen = next((model for model in models if model.name == name), None)
    usable = [m.name for m in models if kind != SINGLE_BEATS or m.kind == SINGLE_BEATS]
    if chosen is None or chosen.name not in usable:
        known = ", ".join(usable) or "none; export one"
        if chosen is None:
            raise ValueError(f"model: {name!r} does not exist; choose one of: {known}")
        raise ValueError(
            f"model: {name!r} judges beats in their recording only; choose one of: {known}"
        )
    return chosen


def model_folders(package: Path = Path(ecgfuse.__file__).parent) -> list[Path]:
    """Folders with models: of the installed package, and in a clone those of its root."""
    bases = (package / "models_onnx", package.parents[1] / "models")
    return [base / name for base in bases for name in ("", "heartbeat")]


def _file(name: str, *, folders: Sequence[Path] | None) -> Path:
    """File of a model; the first folder counts."""
    from ecgfuse.annotate.model_file import find_model

    if folders is None:
        return find_model(name)
    return next(path for folder in folders if (path := folder / f"{name}.onnx").is_file())


def _describe(path: Path) -> ServedModel:
    return _opened(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _opened(path: Path, _changed: int) -> ServedModel:
    """Description of a model file, read again only after it has changed."""
    from ecgfuse.annotate.model import open_model
    from ecgfuse.annotate.network import Network

    model = open_model(str(path))
    name = path.stem
    kind = RECORDING if isinstance(model, Network) else SINGLE_BEATS
    return ServedModel(
        name=name,
        title=TITLES.get(name, name),
        classes=model.classes.columns,
        kind=kind,
        look_ahead_s=look_ahead_s(model),
        performance=_performance(name, kind=kind),
    )


def look_ahead_s(model: "Model") -> float | None:
    """Signal that a causal network needs after an R peak in seconds, rounded up to 0.1 s.

    It is the longest segment of the beat and what the filters look ahead. Others need the whole
    recording, so there is no number (None).
    """
    from ecgfuse.annotate.network import Network

    if not isinstance(model, Network) or not model.causal:
        return None
    config = model.preprocess
    filters = config.fir_order / 2 / config.fs + _BASELINE_S * (config.baseline == "median")
    segment = max(config.interval_s[1], config.window_s[1])
    return -(-round(1000 * (segment + filters)) // 100) / 10


def _performance(name: str, *, kind: str) -> Numbers | None:
    """Headline of a model: the numbers that are no tables."""
    numbers = read_performance()[kind].get(name, {})
    headline = numbers if kind == RECORDING else numbers.get(INTER, {})
    plain = {key: value for key, value in headline.items() if not isinstance(value, dict | list)}
    return plain or None
