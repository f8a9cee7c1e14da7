"""The small stage: a network for a watch, with few parameters, of all inputs of the root pipeline.

Unlike the networks for single beats it knows the patient's rhythm and median beat. It is the
network of the root pipeline with fewer channels, without a pretrained backbone and trained without
noisy beats. It is trained on the classes N S V F, and scored as normal (N) against abnormal.
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, NotRequired, TypedDict, cast

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.datasets.single_beats import BINARY
from ecgfuse.evaluate.by_record import without_same_subject
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import summarise
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.evaluate.results import SeedSummary
from ecgfuse.export.deployable import export_model
from ecgfuse.models.single_beat import n_parameters
from ecgfuse.models.store import load_seeds
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.beat_time import time_per_beat
from ecgfuse.studies.heartbeat.binary_draws import (
    NetworkScores,
    draw_patients,
    drawn_scores,
    network_scores,
)
from ecgfuse.train.fit import fit
from ecgfuse.train.seeds import TrainingJob

MOST_PARAMETERS = 100_000
"""Of a network for a watch."""


@dataclass(frozen=True, kw_only=True)
class SmallConfig:
    """The small network, chosen on DS1.

    What is not here is as in the root pipeline, with two exceptions: augment.noisy_beats is 0, and
    training starts from random weights, also if the root pipeline pretrains the backbone.
    """

    group: ClassVar[str] = "small"

    fusion: Fusion
    """Where RR joins."""
    stem_channels: int
    """In place of model.stem_channels."""
    emb_dim: int
    """In place of fusion.emb_dim."""
    ffn_dim: int
    """In place of fusion.ffn_dim."""
    epochs: int
    """In place of train.epochs."""
    seeds: tuple[int, ...]
    """In place of train.seeds."""

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="small.seeds")
        for field in ("stem_channels", "emb_dim", "ffn_dim", "epochs"):
            require(
                getattr(self, field) >= 1,
                field=f"small.{field}",
                value=getattr(self, field),
                cure="must be 1 or more",
            )


class SmallData(TypedDict):
    """What was tested on."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    test_beats: int
    test_abnormal: int
    test_records: int


class SmallScores(TypedDict):
    """Scores on the test records."""

    draws: int
    scores: NetworkScores
    """Normal against abnormal, which has the probability 1 - P(N)."""
    four_classes: SeedSummary
    """N S V F."""
    without_same_subject: NotRequired[NetworkScores]
    """Normal against abnormal without the record whose patient is in training, 202, if it is
    tested; without intervals."""


class SmallResults(SmallScores):
    """results/small.json. The time per beat has a file of its own, since it is never the same."""

    data: SmallData
    n_parameters: int
    safetensors_bytes: int
    """Size of the exported file, settings of the preprocessing included."""
    onnx_bytes: int


def small_job(config: SmallConfig, *, root: TrainingJob) -> TrainingJob:
    """The training of the small network.

    Args:
        root: that of a network of the root pipeline, whose data and other settings are taken.
    """
    return dataclasses.replace(
        root,
        fusion=config.fusion,
        model=dataclasses.replace(root.model, stem_channels=config.stem_channels),
        block=dataclasses.replace(root.block, emb_dim=config.emb_dim, ffn_dim=config.ffn_dim),
        backbone=None,
        train=dataclasses.replace(root.train, epochs=config.epochs, seeds=config.seeds),
        augment=dataclasses.replace(root.augment, noisy_beats=0.0),
    )


def train_small(
    job: TrainingJob,
    *,
    preprocess: PreprocessConfig,
    rr: RRConfig,
    evaluation: EvaluateConfig,
    dataset: Path,
    workers: int,
    out: Path,
    history: Path,
    results: Path,
    times: Path,
) -> None:
    """Train all seeds, and score them on the test records.

    Args:
        job: as `small_job` returns it.
        preprocess: how the beats were cut; stored in the exported file, whose size is measured.
        rr: how the RR features were computed, likewise.
        dataset: dataset.json of the recordings.
        workers: seeds trained in parallel; results do not depend on it.
        out: folder for seed-N.safetensors.
        history: CSV of the training curves.
        results: JSON, as `SmallResults`.
        times: JSON, as `beat_time.BeatTime`; differs from run to run.

    Raises:
        ValueError: the network has too many parameters, a file is missing, or a training failed.
    """
    n = n_parameters(job.spec(job.load("valid")).build())
    require(
        n <= MOST_PARAMETERS,
        field="small.stem_channels",
        value=job.model.stem_channels,
        cure=f"must be lower, or small.emb_dim and small.ffn_dim: the network has {n:,} "
        f"parameters, and {MOST_PARAMETERS:,} are allowed",
    )
    fit(job, workers=workers, out=out, history=history)
    networks = load_seeds(out)
    test = load_inputs("test", beats=job.beats, rr=job.rr, fusion=job.fusion)
    records = used_beats(load_beat_table(job.beats / "test"))["record"].to_numpy(dtype=str)
    predicted = predict_seeds(networks, data=test, name="small test", workers=workers)
    labels = test.labels.numpy()
    origin = json.loads(dataset.read_text())
    with TemporaryDirectory() as folder:
        exported = Path(folder) / "small.safetensors"
        export_model(networks, preprocess=preprocess, rr=rr, out=exported)
        onnx = exported.with_suffix(".onnx")
        found: SmallResults = {
            "data": {
                "database": origin["database"],
                "kind": origin["kind"],
                "test_beats": len(labels),
                "test_abnormal": int((labels != 0).sum()),
                "test_records": len(np.unique(records)),
            },
            "n_parameters": n,
            "safetensors_bytes": exported.stat().st_size,
            "onnx_bytes": onnx.stat().st_size,
            **score_small(
                labels,
                predicted.probabilities,
                records=records,
                database=origin["database"],
                evaluation=evaluation,
            ),
        }
        measured = time_per_beat(onnx, inputs=test.inputs)
    write_json(found, results)
    write_json(measured, times)


def score_small(
    labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    records: np.ndarray,
    database: str,
    evaluation: EvaluateConfig,
) -> SmallScores:
    """Scores with intervals.

    Args:
        labels: (n_beats,) int, indices into CLASSES.
        probabilities: (n_seeds, n_beats, 4).
        records: (n_beats,) names.
        database: that the records are of.
    """
    abnormal = (labels != 0).astype(np.int64)
    by_seed = [1 - of_seed[:, 0] for of_seed in probabilities]
    rng = np.random.default_rng(evaluation.bootstrap_seed)
    resamples = draw_patients(records, abnormal, n_draws=evaluation.bootstrap, rng=rng)
    drawn = drawn_scores(abnormal, by_seed, resamples=resamples, rng=rng)
    found: SmallScores = {
        "draws": len(resamples),
        "scores": network_scores(abnormal, by_seed, drawn=drawn),
        "four_classes": cast(SeedSummary, summarise(labels, probabilities, classes=CLASSES)),
    }
    kept = without_same_subject(records, abnormal, classes=BINARY, database=database)
    if kept is not None:
        found["without_same_subject"] = network_scores(
            abnormal[kept], [p[kept] for p in by_seed], drawn=pd.DataFrame()
        )
    return found
