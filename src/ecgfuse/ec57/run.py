"""The stage `ec57`: predictions of all fusions -> annotation files and EC57 scores."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ecgfuse.classes import CLASS_OF_CODE, EC57_CLASS_OF_CODE
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.export import write_annotations
from ecgfuse.ec57.results import EC57ByRule, EC57Results, EC57Summary
from ecgfuse.ec57.score_files import FilePair, Period, score_files
from ecgfuse.ec57.scores import summarise
from ecgfuse.pipeline.results import write_results
from ecgfuse.recordings.annotation_writer import ANNOTATOR

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
    """Write the annotation files and EC57 scores of each fusion.

    Args:
        predictions: fusion -> CSV of its predictions, as written by the stage `predict`.
        database: folder of the records.
        annotations: output folder for FUSION/RECORD.ecgfuse.
        results: JSON file for all results.
        metrics: JSON file for the headline.

    Raises:
        ValueError: predictions or reference annotations are missing or unusable.
    """
    scores: EC57Results = {}
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
        ValueError: the file is missing.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; run the stage 'predict'")
    return pd.read_csv(path, dtype={"record": str}, keep_default_na=False)


def score_pairs(pairs: list[FilePair], *, config: EC57Config) -> EC57ByRule:
    """Gross and average scores under three rules.

    Returns:
        standard: EC57, without the learning period. whole_record: EC57 classes, all beats.
        literature: all beats, with the escape beats e and j as normal beats.
    """
    standard, whole = Period(start_s=config.start_s), Period(start_s=0.0)

    def scored(period: Period, classes: Mapping[str, str]) -> EC57Summary:
        return summarise(
            [score_files(pair, period=period, class_of_symbol=classes) for pair in pairs]
        )

    return {
        "standard": scored(standard, EC57_CLASS_OF_CODE),
        "whole_record": scored(whole, EC57_CLASS_OF_CODE),
        "literature": scored(whole, CLASS_OF_CODE),
    }
