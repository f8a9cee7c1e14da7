"""The results of the last run as a table for the terminal.

python -m ecgfuse.report.table
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecgfuse.datasets.fusions import FUSIONS, MODELS
from ecgfuse.places import Places
from ecgfuse.report.build import read_results
from ecgfuse.stage import run_stage

_COLUMNS = {
    "macro F1": ("macro_f1",),
    "AUPRC": ("macro_auprc",),
    "AUROC": ("macro_auroc",),
    "Se": ("macro_sensitivity",),
    "S F1": ("S", "f1"),
    "V F1": ("V", "f1"),
    "F F1": ("F", "f1"),
    "accuracy": ("accuracy",),
}


def format_table(metrics: Mapping[str, dict[str, Any]]) -> str:
    """Scores on the test patients, mean and sd over the seeds, and of the ensemble.

    Args:
        metrics: fusion, or "best" for the distilled network -> its results.
    """
    first = next(iter(metrics.values()))
    lines = [
        f"Test patients of {first['data']['database']} ({first['data']['kind']} data), "
        f"{first['data']['test_beats']:,} beats, {first['seeds']} seeds a fusion",
        "",
        " " * 18 + "".join(f"{column:>14}" for column in _COLUMNS),
    ]
    if first["data"]["kind"] == "synthetic":
        lines.insert(0, "SYNTHETIC DATA: these numbers say nothing about patients.")
    for name, scores in metrics.items():
        cells = [
            f"{_at(scores['test'], keys):.3f} +-{_at(scores['test_sd'], keys):.3f}"
            for keys in _COLUMNS.values()
        ]
        lines.append(f"{name:<18}" + "".join(f"{cell:>14}" for cell in cells))
        cells = [f"{_at(scores['test_ensemble'], keys):.3f}" for keys in _COLUMNS.values()]
        lines.append(f"{'  ensemble':<18}" + "".join(f"{cell + '       ':>14}" for cell in cells))
    return "\n".join(lines)


def _at(scores: dict[str, Any], keys: tuple[str, ...]) -> float:
    value: Any = scores
    for key in keys:
        value = value[key]
    return float(value)


def main() -> None:
    """Print the table and where the plots and the report are."""
    paths = {name: Places(name).results for name in MODELS}
    found = {name: read_results(path) for name, path in paths.items() if path.is_file()}
    # Models of studies that were tested on other data have no place beside the fusions.
    data = found[FUSIONS[0]]["data"]
    metrics = {name: results for name, results in found.items() if results["data"] == data}
    print(format_table(metrics))
    print(f"\nreport: {Path('report.html').resolve()}\nplots:  {Path('plots').resolve()}")


if __name__ == "__main__":
    run_stage(main)
