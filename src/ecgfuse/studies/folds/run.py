"""The folds stage: predict each patient of DS1 by networks trained on the others -> scores.

Settings are chosen by these scores. Neither the test records nor a checkpoint chosen on held-out
patients has any influence on them.
"""

import json
from pathlib import Path

import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import MACRO, summarise
from ecgfuse.pipeline.results import write_results
from ecgfuse.studies.folds.data import ds1_table
from ecgfuse.studies.folds.results import FoldsData
from ecgfuse.studies.folds.train import FoldsJob, predict_held_out

_HEADLINE = ("data.*", "seeds", *MACRO, "*.f1", "*.auprc")


def cross_validate(
    job: FoldsJob, *, workers: int, dataset: Path, results: Path, metrics: Path
) -> None:
    """Score a setting on all patients of DS1, pooled over the folds.

    Args:
        workers: folds trained at a time, each in one thread; results do not depend on it.
        dataset: dataset.json of the download stage.
        results: JSON, as `FoldsResults`.
        metrics: JSON of the headline.

    Raises:
        ValueError: something is missing or does not fit, DS1 lacks a class, or a training failed.
    """
    table = ds1_table(job.training)
    labels, records = table["label"].to_numpy(), table["record"].to_numpy(dtype=str)
    probabilities = predict_held_out(job, records=records, labels=labels, workers=workers)
    scores = summarise(labels, probabilities, classes=CLASSES, split="train and split.valid")
    origin = json.loads(dataset.read_text())
    n_seeds = len(job.folds.seeds)
    data: FoldsData = {
        "database": origin["database"],
        "kind": origin["kind"],
        "beats": len(labels),
        "records": len(np.unique(records)),
    }
    found = {"data": data, "seeds": n_seeds, **scores["mean"]}
    if n_seeds > 1:
        found["sd"] = scores["sd"]
    headline = (*_HEADLINE, "sd.*") if n_seeds > 1 else _HEADLINE
    write_results(found, results=results, metrics=metrics, headline=headline)
