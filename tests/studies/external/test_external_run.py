"""All models are scored on the beats of one database, each with its own kind of features."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from other_databases import write_database
from serial_pool import serial_pool

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.prediction_files import save_predictions
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.run import ExternalPaths, score_database

CONFIG = ExternalConfig(
    databases=("svdb",),
    version="1.0.0",
    source="mirror",
    models=("late", "best", "causal"),
    leads=("ECG1",),
    min_beats=3,
    min_records=2,
)


def predict_truth(name: str, *, beats: dict[str, Path], out: Path, **_: Any) -> None:
    """In place of networks: the true classes; `best` takes S for N."""
    table = used_beats(load_beat_table(beats["test"] / "test"))
    labels = table["label"].to_numpy(copy=True)
    if name == "best":
        labels[labels == 1] = 0
    out.mkdir(parents=True)
    probabilities = np.eye(len(CLASSES))[labels][None]
    save_predictions(table, probabilities, classes=CLASSES, table=out / "test.csv")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExternalPaths:
    monkeypatch.setattr("ecgfuse.preprocess.beats.process_pool", serial_pool)
    monkeypatch.setattr("ecgfuse.studies.external.run.predict", predict_truth)
    raw = tmp_path / "svdb"
    raw.mkdir()
    write_database(raw, name="svdb", records=("100", "119"), minutes=0.5)
    (raw / "dataset.json").write_text('{"database": "svdb", "kind": "real"}')
    return ExternalPaths(
        database=raw,
        features=tmp_path / "features",
        predictions=tmp_path / "predictions",
        plots=tmp_path / "plots",
        results=tmp_path / "results.json",
        metrics=tmp_path / "metrics.json",
    )


def run(paths: ExternalPaths, preprocess: PreprocessConfig, *, config: ExternalConfig) -> None:
    score_database(
        paths,
        config=config,
        preprocess=preprocess,
        rr=RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65),
        evaluate=EvaluateConfig(
            curve_points=11, examples=1, bootstrap=100, bootstrap_seed=0, ece_bins=10
        ),
        workers=1,
    )


def test_results_and_headline_hold_the_reported_classes(
    paths: ExternalPaths, preprocess_config: PreprocessConfig
) -> None:
    run(paths, preprocess_config, config=CONFIG)
    found = json.loads(paths.results.read_text())
    assert found["data"]["database"] == "svdb"
    assert found["rule"] == "classes with 3 beats in 2 records"
    reported = {name for name, count in found["classes"].items() if count["reported"]}
    for name, count in found["classes"].items():
        assert count["reported"] == (count["beats"] >= 3 and count["records"] >= 2), name
    assert {"N", "S"} <= reported
    assert list(found["models"]) == ["late", "best", "causal"]
    assert found["models"]["late"]["macro_f1"] == 1
    assert found["models"]["best"]["S"]["sensitivity"] == 0
    assert found["differences"]["late_vs_causal"]["difference"]["mean"] == 0
    headline = json.loads(paths.metrics.read_text())
    assert headline["data"] == {"kind": "real"}
    assert set(headline["models"]["best"]) == {"macro_f1", *reported}
    assert set(headline["models"]["best"]["S"]) == {"f1", "sensitivity", "ppv"}
    assert len((paths.plots / "records.csv").read_text().splitlines()) == 1 + 3 * 2


def test_causal_models_read_features_of_their_own(
    paths: ExternalPaths, preprocess_config: PreprocessConfig
) -> None:
    run(paths, preprocess_config, config=CONFIG)
    whole, causal = (
        np.load(paths.features / kind / "rr" / "test" / "features.npy")
        for kind in ("whole_record", "causal")
    )
    assert whole.shape == causal.shape
    assert not np.array_equal(whole, causal)


def test_a_database_with_too_few_beats_is_refused_without_results(
    paths: ExternalPaths, preprocess_config: PreprocessConfig
) -> None:
    config = dataclasses.replace(CONFIG, min_beats=10_000)
    with pytest.raises(ValueError, match="fewer than two classes have 10000 beats in 2 records"):
        run(paths, preprocess_config, config=config)
    assert not paths.results.exists()
