"""The augmentation stage: what do noise, warping, mixing and synthetic beats do against imbalance?

Abnormal beats are rare, so training repeats them. Each arm changes the copies in another way, and
as many normal beats likewise; it is compared with plain copies on the same draws of test records.
"""

import dataclasses
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import NotRequired, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from tqdm import tqdm

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.resamples import Resamples
from ecgfuse.evaluate.results import PairedDifference
from ecgfuse.models.single_beat import SingleBeatName
from ecgfuse.pipeline.files import write_json
from ecgfuse.plots.differences import draw_differences
from ecgfuse.plots.figures import save_figure
from ecgfuse.studies.heartbeat.augmentation_arms import (
    ARMS,
    CONTROL,
    Arm,
    AugmentationConfig,
    arm_augment,
    arm_examples,
)
from ecgfuse.studies.heartbeat.binary_draws import (
    NetworkScores,
    differences,
    draw_patients,
    drawn_scores,
    network_scores,
)
from ecgfuse.studies.heartbeat.fit_and_predict import Predicted, as_examples, fit_and_predict
from ecgfuse.studies.heartbeat.network_beats import balanced
from ecgfuse.studies.heartbeat.training import FitConfig

SHOWN = {"f1": "F1 of abnormal", "roc_auc": "ROC AUC"}
"""Scores of the figure, and their titles."""


class AugmentationData(TypedDict):
    """What was trained and tested on."""

    database: str
    kind: str
    """"real" or "synthetic"; the synthetic beats of an arm are for training only."""
    train_beats: int
    train_abnormal: int
    test_beats: int
    test_abnormal: int
    test_records: int


class ArmResults(NetworkScores):
    """Scores of one arm on the test records."""

    examples: int
    """Beats per epoch, copies counted; half of them are abnormal."""
    epochs: float
    """Mean over the seeds, until early stopping."""
    against_copies: NotRequired[dict[str, PairedDifference]]
    """Score -> this arm minus plain copies; missing for those themselves."""


class AugmentationResults(TypedDict):
    """results/augmentation.json."""

    data: AugmentationData
    draws: int
    networks: dict[str, dict[str, ArmResults]]
    """Network -> arm -> scores."""


@dataclass(frozen=True, kw_only=True)
class _Task:
    network: SingleBeatName
    arm: Arm
    seed: int


def compare_augmentations(
    config: AugmentationConfig,
    *,
    training: FitConfig,
    evaluation: EvaluateConfig,
    beats: Path,
    dataset: Path,
    checkpoints: Path,
    workers: int,
    results: Path,
    figure: Path,
) -> None:
    """Train every arm with every network and seed, and score it on the test records.

    Args:
        training: `config` replaces its largest number of epochs.
        beats: folder with train/, valid/ and test/.
        dataset: dataset.json of the recordings.
        checkpoints: folder for the checkpoints of an interrupted run.
        workers: trainings in parallel; results do not depend on it.
        results: JSON, as `AugmentationResults`.
        figure: PNG of the differences to plain copies.

    Raises:
        ValueError: a file is missing, there are too few normal beats, or a training failed.
    """
    training = dataclasses.replace(training, max_epochs=config.max_epochs)
    tasks = [
        _Task(network=network, arm=arm, seed=seed)
        for network, arm, seed in product(config.networks, ARMS, config.seeds)
    ]
    settings = {"augmentation": dataclasses.asdict(config), "fit": dataclasses.asdict(training)}
    files = sorted(path for split in ("train", "valid") for path in (beats / split).iterdir())
    folder = checkpoints / "heartbeat" / fingerprint(settings, files=files)
    run = partial(_run, config=config, training=training, beats=beats, checkpoints=folder)
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(run, tasks), total=len(tasks), unit="training", disable=None)
        predicted = dict(zip(tasks, bar, strict=True))
    train, test = load_single_beats(beats / "train"), load_single_beats(beats / "test")
    resamples = draw_patients(
        test.records,
        test.abnormal,
        n_draws=evaluation.bootstrap,
        rng=np.random.default_rng(evaluation.bootstrap_seed),
    )
    by_network = {
        network: {
            arm: [predicted[_Task(network=network, arm=arm, seed=seed)] for seed in config.seeds]
            for arm in ARMS
        }
        for network in config.networks
    }
    found: AugmentationResults = {
        "data": _describe(train, test, origin=json.loads(dataset.read_text())),
        "draws": len(resamples),
        "networks": {
            network: _score_arms(
                by_arm, test=test, resamples=resamples, seed=evaluation.bootstrap_seed
            )
            for network, by_arm in by_network.items()
        },
    }
    write_json(found, results)
    save_figure(_draw(found), figure)
    shutil.rmtree(folder, ignore_errors=True)


def _run(
    task: _Task, *, config: AugmentationConfig, training: FitConfig, beats: Path, checkpoints: Path
) -> Predicted:
    """One training, in a process of the pool."""
    train, valid = load_single_beats(beats / "train"), load_single_beats(beats / "valid")
    rng = np.random.default_rng(task.seed)
    return fit_and_predict(
        task.network,
        train=arm_examples(task.arm, train, config=config, seed=task.seed),
        valid=as_examples(balanced(valid, generator=rng)),
        test=load_single_beats(beats / "test").ecg,
        config=training,
        seed=task.seed,
        checkpoint=checkpoints / f"{task.network}-{task.arm}-{task.seed}.pt",
        augment=arm_augment(task.arm, config=config),
    )


def _describe(
    train: SingleBeats, test: SingleBeats, *, origin: Mapping[str, str]
) -> AugmentationData:
    return {
        "database": origin["database"],
        "kind": origin["kind"],
        "train_beats": len(train),
        "train_abnormal": int(train.abnormal.sum()),
        "test_beats": len(test),
        "test_abnormal": int(test.abnormal.sum()),
        "test_records": len(np.unique(test.records)),
    }


def _score_arms(
    by_arm: Mapping[Arm, Sequence[Predicted]], *, test: SingleBeats, resamples: Resamples, seed: int
) -> dict[str, ArmResults]:
    """The results of one network.

    Args:
        by_arm: of each arm, what each seed predicted.
        seed: of the draws of the seeds.
    """
    rng = np.random.default_rng(seed)
    by_seed = {arm: [one.p_abnormal for one in found] for arm, found in by_arm.items()}
    drawn = {
        arm: drawn_scores(test.abnormal, of_arm, resamples=resamples, rng=rng)
        for arm, of_arm in by_seed.items()
    }
    results: dict[str, ArmResults] = {}
    for arm, found in by_arm.items():
        results[arm] = {
            **network_scores(test.abnormal, by_seed[arm], drawn=drawn[arm]),
            "examples": found[0].n_examples,
            "epochs": float(np.mean([one.epochs for one in found])),
        }
        if arm != CONTROL:
            results[arm]["against_copies"] = differences(drawn[arm], drawn[CONTROL])
    return results


def _draw(found: AugmentationResults) -> Figure:
    """The difference of each arm to plain copies, a panel per score."""
    panels = {
        title: pd.DataFrame(
            [
                {"network": network, "arm": arm, **scores["against_copies"][name]["difference"]}
                for network, by_arm in found["networks"].items()
                for arm, scores in by_arm.items()
                if "against_copies" in scores
            ]
        )
        for name, title in SHOWN.items()
    }
    return draw_differences(panels, reference="plain copies")
