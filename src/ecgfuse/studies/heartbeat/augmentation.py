"""The augmentation stage: what do noise, warping, mixing and synthetic beats do against imbalance?

Abnormal beats are rare, so training repeats them. Each arm changes the copies in another way, and
as many normal beats likewise; it is compared with plain copies on the same draws of test records.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import NotRequired, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
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
    arm_training,
)
from ecgfuse.studies.heartbeat.binary_draws import (
    NetworkScores,
    differences,
    draw_patients,
    drawn_scores,
    network_scores,
)
from ecgfuse.studies.heartbeat.fit_and_predict import (
    Predicted,
    as_examples,
    fit_and_predict,
    train_all,
)
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
    """Available; `ArmResults.examples` counts those that an arm trains on."""
    train_abnormal: int
    """Available; every arm trains on all of them."""
    test_beats: int
    test_abnormal: int
    test_records: int


class ArmResults(NetworkScores):
    """Scores of one arm on the test records."""

    examples: int
    """Beats per epoch, copies counted; half of them are abnormal."""
    kept_epoch: float
    """The epoch of the lowest validation loss, whose weights are kept; mean over the seeds."""
    against_copies: NotRequired[dict[str, PairedDifference]]
    """Score -> this arm minus plain copies; missing for those themselves."""


class AugmentationResults(TypedDict):
    """results/augmentation.json.

    Of the test records of MIT-BIH, 202 is of the same person as 201, a training record
    (`ecgfuse.datasets.splits.SAME_SUBJECT`). The draws keep it.
    """

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
        training: `config` replaces how long is trained.
        beats: folder with train/, valid/ and test/.
        dataset: dataset.json of the recordings.
        checkpoints: folder for the checkpoints of an interrupted run.
        workers: trainings in parallel; results do not depend on it.
        results: JSON, as `AugmentationResults`.
        figure: PNG of the differences to plain copies.

    Raises:
        ValueError: a file is missing, there are too few normal beats, or a training failed.
    """
    tasks = [
        _Task(network=network, arm=arm, seed=seed)
        for network, arm, seed in product(config.networks, ARMS, config.seeds)
    ]
    with train_all(
        tasks,
        partial(_run, config=config, training=training, beats=beats),
        settings={"augmentation": dataclasses.asdict(config), "fit": dataclasses.asdict(training)},
        beats=beats,
        checkpoints=checkpoints,
        workers=workers,
    ) as done:
        found = _results(done, config=config, evaluation=evaluation, beats=beats, dataset=dataset)
        write_json(found, results)
        save_figure(_draw(found), figure)


def _run(
    task: _Task, *, config: AugmentationConfig, training: FitConfig, beats: Path, folder: Path
) -> Predicted:
    """One training, in a process of the pool."""
    train, valid = load_single_beats(beats / "train"), load_single_beats(beats / "valid")
    rng = np.random.default_rng(task.seed)
    return fit_and_predict(
        task.network,
        train=arm_examples(task.arm, train, config=config, seed=task.seed),
        valid=as_examples(balanced(valid, generator=rng)),
        test=load_single_beats(beats / "test").ecg,
        config=arm_training(task.arm, config=config, training=training),
        seed=task.seed,
        checkpoint=folder / f"{task.network}-{task.arm}-{task.seed}.pt",
        augment=arm_augment(task.arm, config=config),
    )


def _results(
    done: Mapping[_Task, Predicted],
    *,
    config: AugmentationConfig,
    evaluation: EvaluateConfig,
    beats: Path,
    dataset: Path,
) -> AugmentationResults:
    train, test = load_single_beats(beats / "train"), load_single_beats(beats / "test")
    rng = np.random.default_rng(evaluation.bootstrap_seed)
    resamples = draw_patients(test.records, test.abnormal, n_draws=evaluation.bootstrap, rng=rng)
    by_network = {
        network: {
            arm: [done[_Task(network=network, arm=arm, seed=seed)] for seed in config.seeds]
            for arm in ARMS
        }
        for network in config.networks
    }
    return {
        "data": _describe(train, test, origin=json.loads(dataset.read_text())),
        "draws": len(resamples),
        "networks": {
            network: _score_arms(by_arm, test=test, resamples=resamples, rng=rng)
            for network, by_arm in by_network.items()
        },
    }


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
    by_arm: Mapping[Arm, Sequence[Predicted]],
    *,
    test: SingleBeats,
    resamples: Resamples,
    rng: np.random.Generator,
) -> dict[str, ArmResults]:
    """The results of one network.

    Args:
        by_arm: of each arm, what each seed predicted.
        rng: that drew the records; it goes on to draw the seeds.
    """
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
            "kept_epoch": float(np.mean([one.epoch for one in found])),
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
