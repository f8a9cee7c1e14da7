"""The evaluate stage: predictions for new patients -> scores, tables and figures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import BeatSet, load_beats, require_all_classes
from ecgfuse.evaluate.by_record import error_table
from ecgfuse.evaluate.calibration import reliability_table
from ecgfuse.evaluate.collect import HEADLINE_PATHS, collect_results
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.curves import confusion_table, precision_recall_table, roc_table, write_table
from ecgfuse.evaluate.metrics import score, score_by_record
from ecgfuse.evaluate.prediction_files import ATTENTION, GATES, Predictions, load_predictions
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.results import write_results
from ecgfuse.plots.beats import draw_attention, draw_examples, draw_gate
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.scores import draw_confusion, draw_curves, draw_history, draw_reliability
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.spans import spans_around_r

_DRAWN_POINTS = 501
"""Points of each drawn curve; the tables for DVC have evaluate.curve_points."""


@dataclass(frozen=True, kw_only=True)
class EvaluationPaths:
    """Where the evaluation of one fusion reads and writes."""

    dataset: Path
    """dataset.json of the download stage."""
    beats: Mapping[str, Path]
    """For the splits valid and test, the output folder of `preprocess` that holds the split."""
    history: Path
    """CSV of the training curves."""
    predictions: Path
    """Output folder of `predict`."""
    plots: Path
    """Folder."""
    results: Path
    """JSON of all results."""
    metrics: Path
    """JSON of the headline."""


def evaluate(
    *, paths: EvaluationPaths, config: EvaluateConfig, preprocess: PreprocessConfig
) -> None:
    """Score the predictions for the validation and the test patients, and draw the figures.

    Args:
        preprocess: with which the beats were cut; tells where R lies in each of them.

    Raises:
        ValueError: a file is missing or does not match the beats, or a split lacks a class.
    """
    beats = {split: load_beats(paths.beats[split] / split) for split in ("valid", "test")}
    for split, of_split in beats.items():
        require_all_classes(of_split.labels, split=split)
    predictions = {
        split: _read_predictions(paths.predictions, split=split, labels=of_split.labels)
        for split, of_split in beats.items()
    }
    test, tested = predictions["test"], beats["test"]
    predicted = test.ensemble.argmax(axis=1)
    by_record = score_by_record(tested.records, tested.labels, predicted, classes=CLASSES)
    errors = error_table(tested.records, tested.labels, predicted, classes=CLASSES)
    found = collect_results(
        beats,
        predictions,
        by_record=by_record,
        dataset=json.loads(paths.dataset.read_text()),
        config=config,
    )
    reliability = reliability_table(
        tested.labels, test.ensemble, classes=CLASSES, n_bins=config.ece_bins
    )
    with atomic_folder(paths.plots) as folder:
        write_table(by_record, folder / "records.csv")
        write_table(errors, folder / "errors.csv")
        write_table(reliability, folder / "reliability.csv")
        save_figure(draw_reliability(reliability, classes=CLASSES), folder / "reliability.png")
        _write_tables(folder, labels=tested.labels, test=test, config=config)
        _draw_predictions(folder, beats=tested, test=test, config=config, preprocess=preprocess)
        _draw_training(folder, gates=paths.predictions / GATES, history=pd.read_csv(paths.history))
    write_results(found, results=paths.results, metrics=paths.metrics, headline=HEADLINE_PATHS)


def _read_predictions(folder: Path, *, split: str, labels: np.ndarray) -> Predictions:
    table, attention = folder / f"{split}.csv", folder / ATTENTION
    found = load_predictions(table, classes=CLASSES)
    if not np.array_equal(found.labels, labels):
        raise ValueError(
            f"{table}: its beats are not the current beats of split {split}; run the stage that "
            "predicts them again, with 'dvc repro --force'"
        )
    return Predictions(
        probabilities=found.probabilities,
        attention=np.load(attention) if split == "test" and attention.is_file() else None,
    )


def _write_tables(
    folder: Path, *, labels: np.ndarray, test: Predictions, config: EvaluateConfig
) -> None:
    """Write the tables that DVC draws, of the ensemble."""
    n_points = config.curve_points
    tables = {
        "confusion": confusion_table(labels, test.ensemble.argmax(axis=1), classes=CLASSES),
        "precision_recall": precision_recall_table(
            labels, test.ensemble, classes=CLASSES, n_points=n_points
        ),
        "roc": roc_table(labels, test.ensemble, classes=CLASSES, n_points=n_points),
    }
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")


def _draw_predictions(
    folder: Path,
    *,
    beats: BeatSet,
    test: Predictions,
    config: EvaluateConfig,
    preprocess: PreprocessConfig,
) -> None:
    labels, predicted, ecg = beats.labels, test.ensemble.argmax(axis=1), beats.ecg[:, 0]
    spans_ms = spans_around_r(beats.annotated, row=preprocess.rows[0], config=preprocess)
    save_figure(draw_confusion(labels, predicted, classes=CLASSES), folder / "confusion.png")
    curves = draw_curves(
        precision_recall_table(labels, test.ensemble, classes=CLASSES, n_points=_DRAWN_POINTS),
        roc=roc_table(labels, test.ensemble, classes=CLASSES, n_points=_DRAWN_POINTS),
        scores=score(labels, test.ensemble, classes=CLASSES),
        classes=CLASSES,
    )
    save_figure(curves, folder / "curves.png")
    examples = draw_examples(
        ecg,
        labels,
        predicted,
        test.ensemble,
        spans_ms=spans_ms,
        classes=CLASSES,
        records=beats.records,
        n_each=config.examples,
    )
    save_figure(examples, folder / "examples.png")
    if test.attention is not None:
        figure = draw_attention(ecg, test.attention, labels, spans_ms=spans_ms, classes=CLASSES)
        save_figure(figure, folder / "attention.png")


def _draw_training(folder: Path, *, gates: Path, history: pd.DataFrame) -> None:
    save_figure(draw_history(history), folder / "history.png")
    if gates.is_file():
        with np.load(gates) as learned:
            figure = draw_gate(learned["gates"], alpha_init=float(learned["alpha_init"]))
        save_figure(figure, folder / "gate.png")
