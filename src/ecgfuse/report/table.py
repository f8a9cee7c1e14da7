"""The results of the last run as a table for the terminal.

python -m ecgfuse.report.table
"""

from collections.abc import Mapping
from pathlib import Path

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.report.build import read_results
from ecgfuse.report.rows import flat_scores
from ecgfuse.train.trained_model import MODELS, TrainedModel

_COLUMNS = {
    "macro F1": "macro_f1",
    "AUPRC": "macro_auprc",
    "AUROC": "macro_auroc",
    "Se": "macro_sensitivity",
    "S F1": "f1_S",
    "V F1": "f1_V",
    "F F1": "f1_F",
    "accuracy": "accuracy",
}
"""Heading -> flat name of the score."""


def format_table(results: Mapping[str, EvaluationResults]) -> str:
    """Scores on the test patients, mean and sd over the seeds, and of the ensemble.

    Args:
        results: model -> its results.
    """
    first = next(iter(results.values()))
    lines = [
        f"Test patients of {first['data']['database']} ({first['data']['kind']} data), "
        f"{first['data']['test_beats']:,} beats, {first['seeds']} seeds per fusion",
        "",
        " " * 18 + "".join(f"{column:>14}" for column in _COLUMNS),
    ]
    if first["data"]["kind"] == "synthetic":
        lines.insert(0, "SYNTHETIC DATA: these numbers say nothing about patients.")
    for name, found in results.items():
        mean, sd = flat_scores(found["test"]), flat_scores(found["test_sd"])
        cells = [f"{mean[score]:.3f} +-{sd[score]:.3f}" for score in _COLUMNS.values()]
        lines.append(f"{name:<18}" + "".join(f"{cell:>14}" for cell in cells))
        ensemble = flat_scores(found["test_ensemble"])
        cells = [f"{ensemble[score]:.3f}" for score in _COLUMNS.values()]
        lines.append(f"{'  ensemble':<18}" + "".join(f"{cell + '       ':>14}" for cell in cells))
    return "\n".join(lines)


def main() -> None:
    """Print the table and the paths of the plots and the report."""
    paths = {name: TrainedModel(name).results for name in MODELS}
    found = {name: read_results(path) for name, path in paths.items() if path.is_file()}
    # Models that were tested on other data have no place beside the fusions.
    data = found[FUSIONS[0]]["data"]
    print(format_table({name: of for name, of in found.items() if of["data"] == data}))
    print(f"\nreport: {Path('report.html').resolve()}\nplots:  {Path('plots').resolve()}")


if __name__ == "__main__":
    run_stage(main)
