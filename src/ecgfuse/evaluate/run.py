"""The evaluate stage: trained models and new patients -> metrics, tables and pictures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import BeatSet, load_beats, require_all_classes
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.evaluate.beat_pictures import draw_attention, draw_examples, draw_gate
from ecgfuse.evaluate.by_record import error_table
from ecgfuse.evaluate.calibration import reliability_table
from ecgfuse.evaluate.collect import collect_metrics
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.curves import confusion_table, precision_recall_table, roc_table, write_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.metrics import score_by_record
from ecgfuse.evaluate.prediction_files import save_predictions
from ecgfuse.evaluate.predictions import Predictions, predict_seeds
from ecgfuse.evaluate.score_pictures import (
    draw_confusion,
    draw_curves,
    draw_history,
    draw_reliability,
)
from ecgfuse.files import atomic_file, atomic_folder
from ecgfuse.models.mhca import MHCAFusion
from ecgfuse.models.store import StoredModel, load_seeds


@dataclass(frozen=True, kw_only=True)
class EvaluationPaths:
    """Where the evaluation of one fusion reads and writes."""

    dataset: Path
    """dataset.json of the download stage."""
    beats: Mapping[str, Path]
    """Of the splits valid and test: the output folder of `preprocess` that holds the split."""
    rr: Mapping[str, Path]
    """The same of `rr`."""
    models: Path
    history: Path
    predictions: Path
    """CSV, one row a test beat; the probabilities of all seeds go beside it, as NPY."""
    plots: Path
    """Folder."""
    metrics: Path
    """JSON."""


def evaluate(name: str, *, paths: EvaluationPaths, config: EvaluateConfig, workers: int) -> None:
    """Score networks on the validation and the test patients, and draw what they do.

    Args:
        name: of what is scored, such as a fusion; for the progress bar.

    Raises:
        ValueError: something is missing, does not fit, or a split lacks a class.
    """
    models = load_seeds(paths.models)
    fusion = models[0].spec.fusion
    beats = {split: load_beats(paths.beats[split] / split) for split in ("valid", "test")}
    predictions: dict[str, Predictions] = {}
    for split, of_split in beats.items():
        require_all_classes(of_split.labels, split=split)
        data = load_inputs(split, beats=paths.beats[split], rr=paths.rr[split], fusion=fusion)
        predictions[split] = predict_seeds(
            models, data=data, name=f"{name} {split}", workers=workers
        )
    test, tested = predictions["test"], beats["test"]
    predicted = test.ensemble.argmax(axis=1)
    by_record = score_by_record(tested.records, tested.labels, predicted)
    errors = error_table(tested.records, tested.labels, predicted)
    metrics = collect_metrics(
        beats,
        predictions,
        by_record=by_record,
        dataset=json.loads(paths.dataset.read_text()),
        config=config,
    )
    reliability = reliability_table(tested.labels, test.ensemble, n_bins=config.ece_bins)
    with atomic_folder(paths.plots) as folder:
        write_table(by_record, folder / "records.csv")
        write_table(errors, folder / "errors.csv")
        write_table(reliability, folder / "reliability.csv")
        save_figure(draw_reliability(reliability), folder / "reliability.png")
        _write_tables(folder, labels=tested.labels, test=test, config=config)
        _draw_pictures(folder, beats=tested, test=test, config=config)
        _draw_training(folder, models=models, history=pd.read_csv(paths.history))
    save_predictions(tested.table, test.probabilities, table=paths.predictions)
    with atomic_file(paths.metrics) as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n")


def _write_tables(
    folder: Path, *, labels: np.ndarray, test: Predictions, config: EvaluateConfig
) -> None:
    """The tables that DVC draws, of the ensemble."""
    n_points = config.curve_points
    tables = {
        "confusion": confusion_table(labels, test.ensemble.argmax(axis=1)),
        "precision_recall": precision_recall_table(labels, test.ensemble, n_points=n_points),
        "roc": roc_table(labels, test.ensemble, n_points=n_points),
    }
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")


def _draw_pictures(
    folder: Path, *, beats: BeatSet, test: Predictions, config: EvaluateConfig
) -> None:
    labels, predicted, ecg = beats.labels, test.ensemble.argmax(axis=1), beats.ecg[:, 0]
    save_figure(draw_confusion(labels, predicted), folder / "confusion.png")
    save_figure(draw_curves(labels, test.ensemble), folder / "curves.png")
    examples = draw_examples(
        ecg, labels, predicted, test.ensemble, records=beats.records, n_each=config.examples
    )
    save_figure(examples, folder / "examples.png")
    if test.attention is not None:
        save_figure(draw_attention(ecg, test.attention, labels), folder / "attention.png")


def _draw_training(folder: Path, *, models: list[StoredModel], history: pd.DataFrame) -> None:
    save_figure(draw_history(history), folder / "history.png")
    attention = models[0].spec.attention
    blocks = [stored.network.fusion for stored in models]
    gates = [b.gate().detach().numpy() for b in blocks if isinstance(b, MHCAFusion)]
    if attention is not None and gates:
        figure = draw_gate(np.stack(gates), alpha_init=attention.alpha_init)
        save_figure(figure, folder / "gate.png")
