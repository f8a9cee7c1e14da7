"""The external stage: trained networks and another database -> scores of its reported classes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import score_by_record
from ecgfuse.evaluate.predict import predict
from ecgfuse.evaluate.prediction_files import SeedPredictions, load_predictions
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.results import write_results
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.data import describe_database, prepare_external
from ecgfuse.studies.external.results import ExternalResults
from ecgfuse.studies.external.scores import RATES, count_classes, score_models
from ecgfuse.train.trained_model import TrainedModel


@dataclass(frozen=True, kw_only=True)
class ExternalPaths:
    """Where the stage reads and writes."""

    database: Path
    """Output folder of `download_external`."""
    features: Path
    """Folder for the beats and RR features, of models that are causal and of those that are not."""
    predictions: Path
    """Folder for the predictions of each model."""
    plots: Path
    """Folder for records.csv: counts and scores of each record by the ensemble of each model."""
    results: Path
    """JSON, as `ExternalResults`."""
    metrics: Path
    """JSON of the headline."""


def score_database(
    paths: ExternalPaths,
    *,
    config: ExternalConfig,
    preprocess: PreprocessConfig,
    rr: RRConfig,
    evaluate: EvaluateConfig,
    workers: int,
) -> None:
    """Test all models on all records of a database.

    Args:
        workers: processes, and batches at a time; results do not depend on it.

    Raises:
        ValueError: a record is not usable, networks are missing, or fewer than two classes have
            enough beats.
    """
    models = [TrainedModel(name) for name in config.models]
    for model in {m.is_causal: m for m in models}.values():
        prepare_external(
            paths.database,
            leads=config.leads,
            preprocess=model.preprocess(preprocess),
            rr=model.rr(rr),
            out=_features(model, paths=paths),
            workers=workers,
        )
    predicted = {m.name: _predict(m, paths=paths, workers=workers) for m in models}
    first = predicted[models[0].name]
    classes = count_classes(
        first.records, first.labels, min_beats=config.min_beats, min_records=config.min_records
    )
    reported = [name for name in CLASSES if classes[name]["reported"]]
    scored = score_models(
        predicted,
        reported=reported,
        n_draws=evaluate.bootstrap,
        rng=np.random.default_rng(evaluate.bootstrap_seed),
    )
    found = {
        "data": describe_database(
            paths.database,
            kind=json.loads((paths.database / "dataset.json").read_text())["kind"],
            leads=config.leads,
            beats=_features(models[0], paths=paths) / "beats",
        ),
        "rule": f"classes with {config.min_beats} beats in {config.min_records} records",
        "classes": classes,
        **scored,
    }
    with atomic_folder(paths.plots) as folder:
        write_table(_by_record(predicted), folder / "records.csv")
    write_results(
        cast(ExternalResults, found),
        results=paths.results,
        metrics=paths.metrics,
        headline=(
            "data.kind",
            "models.*.macro_f1",
            *(f"models.*.{name}.{rate}" for name in reported for rate in RATES),
        ),
    )


def _features(model: TrainedModel, *, paths: ExternalPaths) -> Path:
    return paths.features / ("causal" if model.is_causal else "whole_record")


def _predict(model: TrainedModel, *, paths: ExternalPaths, workers: int) -> SeedPredictions:
    features, out = _features(model, paths=paths), paths.predictions / model.name
    predict(
        model.name,
        models=model.networks,
        beats={"valid": model.features / "beats", "test": features / "beats"},
        rr={"valid": model.features / "rr", "test": features / "rr"},
        workers=workers,
        out=out,
    )
    return load_predictions(out / "test.csv", classes=CLASSES)


def _by_record(predicted: dict[str, SeedPredictions]) -> pd.DataFrame:
    """Scores of each record by the ensemble of each model, with the model in the first column."""
    tables = []
    for name, found in predicted.items():
        called = found.probabilities.mean(axis=0).argmax(axis=1)
        table = score_by_record(found.records, found.labels, called, classes=CLASSES)
        table.insert(0, "model", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
