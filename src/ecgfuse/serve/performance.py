"""The measured performance of the models, collected from the committed results of the pipelines.

In a clone, `python -m ecgfuse.serve.performance` writes performance.json, which ships with the
package; a test checks that it is current. Numbers of pipelines that have not run are left out.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ecgfuse.classes import CLASSES
from ecgfuse.pipeline.files import write_json

PERFORMANCE = Path(__file__).with_name("performance.json")
"""The collected numbers."""

RECORDING, SINGLE_BEATS = "recording", "single_beats"
"""Kinds of models: those that judge beats in their recording, and each beat on its own."""
INTRA, INTER = "intra", "inter"
"""Tests of models of single beats: with the patients of the training, and with new ones (DS2)."""

Numbers = dict[str, Any]
"""Numbers of one model by their names, for JSON."""

_MACRO = ("macro_f1", "macro_sensitivity", "macro_auprc", "macro_auroc", "accuracy")
_CURVES = {"precision_recall": "recall", "roc": "fpr"}
"""Table of a curve -> its horizontal axis."""
_CURVE_STEP = 2
"""Every second of the 101 points of a curve is kept."""
_HEARTBEAT = Path("studies") / "heartbeat"
_DIGITS = 4


def collect_performance(root: Path) -> dict[str, dict[str, Numbers]]:
    """Collect the performance of all models with results.

    Args:
        root: folder of a clone.

    Returns:
        Kind of model -> its name -> numbers. Those of a model that judges recordings: dataset, kind
        of data, seeds, the macro scores and the accuracy on DS2 with their standard deviations
        (NAME_sd, if stored), the scores by class, confusion and curves. Those of a model of single
        beats: the same of normal against abnormal beats, in "inter", and in "intra".
    """
    return {RECORDING: _of_recordings(root), SINGLE_BEATS: _of_single_beats(root)}


def write_performance(root: Path, *, out: Path = PERFORMANCE) -> None:
    """Collect the performance in a clone and write it as JSON."""
    write_json(_rounded(collect_performance(root)), out)


@cache
def read_performance(path: Path = PERFORMANCE) -> Mapping[str, Mapping[str, Numbers]]:
    """The collected numbers; none if the file is missing."""
    if not path.is_file():
        return {RECORDING: {}, SINGLE_BEATS: {}}
    content: dict[str, dict[str, Numbers]] = json.loads(path.read_text())
    return content


def _of_recordings(root: Path) -> dict[str, Numbers]:
    found = {}
    for path in _metrics(root):
        headline = _read(path)
        if "macro_f1" in headline.get("test", {}):
            found[path.stem] = _evaluation(headline, name=path.stem, pipeline=path.parents[1])
    return found


def _metrics(root: Path) -> Iterator[Path]:
    """Metrics of the pipeline of the root and of the studies, in this order."""
    yield from sorted(root.glob("metrics/*.json"))
    yield from sorted(root.glob("studies/*/metrics/*.json"))


def _evaluation(headline: Numbers, *, name: str, pipeline: Path) -> Numbers:
    """Numbers of a model that the function `evaluate` scored.

    Args:
        headline: its metrics; the results beside them have more, if they are there.
        pipeline: folder of the pipeline.
    """
    results = {**headline, **_read(pipeline / "results" / f"{name}.json")}
    spread = results.get("test_sd", {})
    plots = pipeline / "plots" / "evaluation" / name
    return {
        "dataset": "DS2",
        "database": results["data"].get("database"),
        "data": results["data"]["kind"],
        "beats": results["data"].get("test_beats"),
        "seeds": results["seeds"],
        **_with_spread(results["test"], spread, names=_MACRO),
        "interval": {
            key: results["test_ci"][key] for key in _MACRO if key in results.get("test_ci", {})
        },
        "classes": {
            of_class: _with_spread(
                results["test"][of_class],
                spread.get(of_class, {}),
                names=tuple(results["test"][of_class]),
            )
            for of_class in CLASSES
        },
        "confusion": _confusion(plots / "confusion.csv"),
        "curves": {
            curve: _curve(plots / f"{curve}.csv")
            for curve in _CURVES
            if (plots / f"{curve}.csv").is_file()
        },
    }


def _with_spread(mean: Numbers, spread: Numbers, *, names: tuple[str, ...]) -> Numbers:
    """Scores, and NAME_sd where there is a standard deviation."""
    found = {}
    for name in names:
        if name in mean:
            found[name] = mean[name]
        if name in spread:
            found[f"{name}_sd"] = spread[name]
    return found


def _confusion(path: Path) -> Numbers | None:
    """Beats of the ensemble by class of the reference (rows) and of the model, if committed."""
    import pandas as pd

    if not path.is_file():
        return None
    table = pd.read_csv(path, keep_default_na=False)
    counts = pd.crosstab(table["actual"], table["predicted"])
    counts = counts.reindex(index=CLASSES, columns=CLASSES, fill_value=0)
    return {"classes": list(CLASSES), "counts": counts.to_numpy().tolist()}


def _curve(path: Path) -> dict[str, list[float]]:
    import pandas as pd

    table = pd.read_csv(path).iloc[::_CURVE_STEP]
    return {str(name): values.tolist() for name, values in table.items()}


def _of_single_beats(root: Path) -> dict[str, Numbers]:
    """Numbers of the study of single beats, as far as it has run."""
    metrics = _read(root / _HEARTBEAT / "metrics" / "summary.json")
    scores = _read(root / _HEARTBEAT / "results" / "scores.json")
    names = [*dict.fromkeys([*metrics.get(INTER, {}), *metrics.get(INTRA, {})])]
    found: dict[str, Numbers] = {
        name: {
            test: _binary(metrics[test][name], _tested(scores, test=test, name=name))
            | {"dataset": _dataset(scores, test=test), "data": metrics["data"]["kind"]}
            for test in (INTRA, INTER)
            if name in metrics.get(test, {})
        }
        for name in names
    }
    return found


def _tested(scores: Numbers, *, test: str, name: str) -> Numbers:
    """Full results of a network, if they are there."""
    tested: Numbers = scores.get(test, {}).get("networks", {}).get(name, {})
    return tested


def _dataset(scores: Numbers, *, test: str) -> str:
    """Name of the tested beats."""
    if test == INTER:
        return "DS2"
    return str(scores.get("data", {}).get("intra_beats", "same patients"))


def _binary(headline: Numbers, tested: Numbers) -> Numbers:
    """Scores of normal against abnormal beats, where abnormal is the positive class."""
    mean = {name: value for name, value in headline.items() if isinstance(value, float | int)}
    numbers = _with_spread(mean, headline.get("sd", {}), names=tuple(mean))
    for name in ("auprc", "seeds", "interval"):
        if name in tested:
            numbers[name] = tested[name]
    if "confusion" in tested:
        found = tested["confusion"]
        numbers["confusion"] = {
            "classes": ["N", "abnormal"],
            "counts": [
                [found["true_normal"], found["false_abnormal"]],
                [found["false_normal"], found["true_abnormal"]],
            ],
        }
    return numbers


def _read(path: Path) -> Numbers:
    """Content of a JSON file; nothing if it is missing."""
    content: Numbers = json.loads(path.read_text()) if path.is_file() else {}
    return content


def _rounded(value: Any) -> Any:
    """The same with fewer digits, so that equal results of other machines are equal files."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, _DIGITS) if isinstance(value, float) else value


if __name__ == "__main__":
    write_performance(Path(__file__).parents[3])
