"""The learning_curve stage: would more patients help?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.metrics import HEADLINE, headline, nest_headline
from ecgfuse.files import atomic_folder
from ecgfuse.learning_curve.config import LearningCurveConfig
from ecgfuse.learning_curve.picture import draw_learning_curve
from ecgfuse.learning_curve.train_subsets import train_subsets
from ecgfuse.results import write_results
from ecgfuse.train.seeds import TrainingJob

SPLITS = ("test", "valid")


def learning_curve(
    job: TrainingJob,
    *,
    config: LearningCurveConfig,
    everyone: Path,
    workers: int,
    plots: Path,
    results: Path,
    metrics: Path,
) -> None:
    """Write the learning curve of a fusion over the number of training patients.

    Args:
        everyone: results file of the fusion trained on all patients.
        plots: folder; gets runs.csv, one row a training, curve.csv and curve.png.
        results, metrics: JSON, of everything and of the headline.

    Raises:
        ValueError: as `train_subsets`.
    """
    runs = train_subsets(job, config=config, workers=workers)
    curve = summarise_runs(runs)
    n_patients = load_beat_table(job.beats / "train")["record"].nunique()
    curve.loc[n_patients] = all_patients(json.loads(everyone.read_text()))
    with atomic_folder(plots) as folder:
        write_table(runs, folder / "runs.csv")
        write_table(curve.reset_index(), folder / "curve.csv")
        save_figure(draw_learning_curve(curve), folder / "curve.png")
    write_results(
        curve_metrics(curve), results=results, metrics=metrics, headline=("*.macro_f1.mean",)
    )


def summarise_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean and sd over the draws.

    Args:
        runs: as `train_subsets`.

    Returns:
        Index patients; columns SPLIT_SCORE and SPLIT_SCORE_sd, the sample standard deviation, 0
        for one draw.
    """
    names = [f"{split}_{name}" for split in SPLITS for name in HEADLINE]
    by_number = runs.groupby("patients")[names]
    sd = by_number.std(ddof=1).fillna(0.0).add_suffix("_sd")
    return by_number.mean().join(sd)


def all_patients(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The row of `summarise_runs` for a fusion that was trained on all patients.

    Its mean and sd are over the seeds of the stage train.
    """
    row: dict[str, float] = {}
    for split in SPLITS:
        for key, ending in ((split, ""), (f"{split}_sd", "_sd")):
            found = headline(metrics[key])
            row |= {f"{split}_{name}{ending}": value for name, value in found.items()}
    return row


def curve_metrics(curve: pd.DataFrame) -> dict[str, Any]:
    """Number of patients -> {"mean", "sd"} of each test score, and below "valid" the same."""
    return {
        str(patients): {**_nested(row, split="test"), "valid": _nested(row, split="valid")}
        for patients, row in curve.iterrows()
    }


def _nested(row: "pd.Series[float]", *, split: str) -> dict[str, Any]:
    return nest_headline(
        {
            name: {
                "mean": float(row[f"{split}_{name}"]),
                "sd": float(row[f"{split}_{name}_sd"]),
            }
            for name in HEADLINE
        }
    )
