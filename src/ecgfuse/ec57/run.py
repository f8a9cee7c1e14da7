"""The ec57 stage: predictions of all fusions -> annotation files and EC57 scores."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.ec57.compare import FilePair, Period, compare_files
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.export import ANNOTATOR, write_annotations
from ecgfuse.ec57.mapping import EC57_CLASSES, LITERATURE_CLASSES
from ecgfuse.ec57.scores import summarise
from ecgfuse.results import write_results

_HEADLINE = tuple(
    f"*.standard.gross.{kind}.{figure}" for kind in ("veb", "sveb") for figure in ("se", "ppv")
)


def score_fusions(
    predictions: Mapping[Fusion, Path],
    *,
    database: Path,
    config: EC57Config,
    annotations: Path,
    results: Path,
    metrics: Path,
) -> None:
    """Write the annotation files of each fusion, and the scores of all.

    Args:
        predictions: fusion -> CSV of its predictions, as the predict stages write it.
        database: folder with the records.
        annotations: folder; FUSION/RECORD.ecgfuse is written into it.
        results, metrics: JSON, of everything and of the headline.

    Raises:
        ValueError: predictions or reference annotations are missing or not usable.
    """
    scores: dict[str, Any] = {}
    for fusion, path in predictions.items():
        folder = annotations / fusion
        records = write_annotations(read_predictions(path), database=database, folder=folder)
        pairs = [
            FilePair(reference=database / f"{name}.atr", test=folder / f"{name}.{ANNOTATOR}")
            for name in records
        ]
        scores[fusion] = score_pairs(pairs, config=config)
    write_results(scores, results=results, metrics=metrics, headline=_HEADLINE)


def read_predictions(path: Path) -> pd.DataFrame:
    """Read a table of predictions.

    Raises:
        ValueError: the file is not there.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro predict'")
    return pd.read_csv(path, dtype={"record": str}, keep_default_na=False)


def score_pairs(pairs: list[FilePair], *, config: EC57Config) -> dict[str, Any]:
    """Gross and average scores by three rules.

    Returns:
        standard: EC57, without the time to learn. whole_record: EC57 classes, every beat.
        literature: every beat, with the escape beats e and j as normal beats.
    """
    learned, whole = Period(start_s=config.start_s), Period(start_s=0.0)
    rules = {
        "standard": (learned, EC57_CLASSES),
        "whole_record": (whole, EC57_CLASSES),
        "literature": (whole, LITERATURE_CLASSES),
    }
    return {
        name: summarise(
            [compare_files(pair, period=period, class_of_symbol=classes) for pair in pairs]
        )
        for name, (period, classes) in rules.items()
    }
