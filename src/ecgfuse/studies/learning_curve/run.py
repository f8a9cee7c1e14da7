"""The learning_curve stage: would more patients help?"""

import json
from pathlib import Path
from typing import cast

import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import headline, headline_names, nest_headline
from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.results import write_results
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.learning_curve import draw_learning_curve
from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.learning_curve.results import CurveScores, LearningCurveResults
from ecgfuse.studies.learning_curve.train import train_subsets
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
        plots: folder for runs.csv, one row per training, curve.csv and curve.png.
        results: JSON, as `LearningCurveResults`.
        metrics: JSON of the headline.

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
        save_figure(draw_learning_curve(curve, classes=CLASSES), folder / "curve.png")
    write_results(
        curve_metrics(curve), results=results, metrics=metrics, headline=("*.macro_f1.mean",)
    )


def summarise_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over the draws.

    Args:
        runs: as `train_subsets`.

    Returns:
        Index patients; columns SPLIT_SCORE and SPLIT_SCORE_sd, the sample standard deviation, 0
        for one draw.
    """
    names = [f"{split}_{name}" for split in SPLITS for name in headline_names(CLASSES)]
    by_number = runs.groupby("patients")[names]
    sd = by_number.std(ddof=1).fillna(0.0).add_suffix("_sd")
    return by_number.mean().join(sd)


def all_patients(results: EvaluationResults) -> dict[str, float]:
    """The row of `summarise_runs` for the fusion trained on all patients.

    Its mean and sd are over the seeds of the stage train.
    """
    columns = {
        ("test", ""): results["test"],
        ("test", "_sd"): results["test_sd"],
        ("valid", ""): results["valid"],
        ("valid", "_sd"): results["valid_sd"],
    }
    return {
        f"{split}_{name}{ending}": value
        for (split, ending), scores in columns.items()
        for name, value in headline(scores, classes=CLASSES).items()
    }


def curve_metrics(curve: pd.DataFrame) -> LearningCurveResults:
    """Number of patients -> {"mean", "sd"} of each test score, and the same below "valid"."""
    return {
        str(patients): {**_nested(row, split="test"), "valid": _nested(row, split="valid")}
        for patients, row in curve.iterrows()
    }


def _nested(row: "pd.Series[float]", *, split: str) -> CurveScores:
    nested = nest_headline(
        {
            name: {
                "mean": float(row[f"{split}_{name}"]),
                "sd": float(row[f"{split}_{name}_sd"]),
            }
            for name in headline_names(CLASSES)
        },
        classes=CLASSES,
    )
    return cast("CurveScores", nested)
