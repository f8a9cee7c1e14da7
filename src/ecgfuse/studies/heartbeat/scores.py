"""The scores stage: every network on the published test, and on new patients."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.single_beats import BINARY, SingleBeats, load_single_beats
from ecgfuse.evaluate.by_record import without_same_subject
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.models.single_beat import n_parameters
from ecgfuse.pipeline.files import write_json
from ecgfuse.studies.heartbeat.binary_draws import draw_patients, drawn_scores, network_scores
from ecgfuse.studies.heartbeat.binary_scores import (
    binary_scores,
    called_abnormal,
    confusion_of,
)
from ecgfuse.studies.heartbeat.five_classes import classes_results
from ecgfuse.studies.heartbeat.network_beats import (
    SPLITS,
    Split,
    intra_beats,
    intra_is_kaggle,
    ptbxl_beats,
    second_database,
)
from ecgfuse.studies.heartbeat.networks import (
    FIVE,
    MEMBERS,
    NETWORKS,
    RUNS,
    NetworksConfig,
    load_trained,
    runs_of,
    trained_path,
)
from ecgfuse.studies.heartbeat.predictor import Predictor, Probabilities
from ecgfuse.studies.heartbeat.published_scores import PUBLISHED, Test
from ecgfuse.studies.heartbeat.scores_figures import Figures, draw_scores
from ecgfuse.studies.heartbeat.scores_results import (
    ClassesResults,
    ScoresData,
    ScoresResults,
    TestResults,
    TrainedNetworks,
    scores_by_record,
)

ON_PTBXL = (*MEMBERS["ensemble"], "ensemble")
"""The networks that are tested on PTB-XL."""
_SPLIT_OF: Mapping[str, Split] = {
    "hold_out": "intra",
    "intra": "intra",
    "inter": "inter",
    "ptbxl": "inter",
}
"""Test -> split whose networks are tested."""
_NEW_PATIENTS = ("inter", "ptbxl")
"""Tests without patients of the training, which get intervals."""


def score_networks(
    config: NetworksConfig,
    *,
    evaluation: EvaluateConfig,
    beats: Path,
    dataset: Path,
    trained: Path,
    results: Path,
    figures: Figures,
) -> None:
    """Score all networks of both splits.

    Args:
        beats: output folder of the stage beats.
        dataset: dataset.json of the recordings.
        trained: folder with the output folders of both `networks` stages, intra/ and inter/.
        results: JSON, as `ScoresResults`.

    Raises:
        ValueError: a file is missing, or a test has normal or abnormal beats only.
    """
    predictor = Predictor(trained, seeds=config.seeds)
    tests = _read_tests(beats)
    found = {
        name: predictor.abnormal(test.ecg, split=_SPLIT_OF[name], networks=_networks_on(name))
        for name, test in tests.items()
    }
    tested = {
        name: score_test(test, found[name], draws=evaluation if name in _NEW_PATIENTS else None)
        for name, test in tests.items()
    }
    data = _describe(dataset, beats=beats)
    scores: ScoresResults = {
        "data": data,
        "trained": {run: _trained(run, trained, config=config) for run in RUNS},
        "hold_out": _with_published(tested["hold_out"], "hold_out"),
        "intra": _with_published(tested["intra"], "intra"),
        "inter": _with_records(tested["inter"], tests["inter"], found=found["inter"]),
        "ptbxl": tested["ptbxl"],
        "five_classes": {split: _score_classes(tests[split], predictor, split) for split in SPLITS},
    }
    others = _without_same_subject(tests["inter"], found["inter"], database=data["database"])
    if others is not None:
        scores["inter_without_same_subject"] = others
    write_json(scores, results)
    draw_scores(scores, tests=tests, found=found, n_points=evaluation.curve_points, figures=figures)


def _read_tests(beats: Path) -> dict[str, SingleBeats]:
    """The beats of each test; its name is that in the results."""
    everything, parts = intra_beats(beats)
    return {
        "hold_out": everything.at(parts.hold_out),
        "intra": everything.at(parts.test),
        "inter": load_single_beats(beats / "mitdb" / "test"),
        "ptbxl": ptbxl_beats(beats, part="test"),
    }


def _networks_on(test: str) -> tuple[str, ...]:
    return ON_PTBXL if test == "ptbxl" else NETWORKS


def score_test(
    beats: SingleBeats, found: Probabilities, *, draws: EvaluateConfig | None = None
) -> TestResults:
    """Score all networks on the beats of one test.

    Args:
        draws: of patients and seeds, for intervals; None for tests with patients of the training.

    Raises:
        ValueError: the beats are normal or abnormal only.
    """
    abnormal = beats.abnormal
    tested: TestResults = {
        "beats": len(beats),
        "abnormal": int(abnormal.sum()),
        "records": len(np.unique(beats.records)),
        "patients": len(np.unique(beats.patients)),
        "all_normal": binary_scores(abnormal, np.zeros(len(beats))),
        "networks": {},
    }
    drawn = dict.fromkeys(found, pd.DataFrame())
    if draws is not None:
        drawn, tested["draws"] = _drawn(beats, found, config=draws)
    for name, p_abnormal in found.items():
        tested["networks"][name] = {
            **network_scores(abnormal, list(p_abnormal), drawn=drawn[name]),
            "confusion": confusion_of(abnormal, called_abnormal(p_abnormal)),
        }
    return tested


def _drawn(
    beats: SingleBeats, found: Probabilities, *, config: EvaluateConfig
) -> tuple[dict[str, pd.DataFrame], int]:
    """Network -> scores of all draws, and their number; all networks have the same patients."""
    rng = np.random.default_rng(config.bootstrap_seed)
    resamples = draw_patients(beats.patients, beats.abnormal, n_draws=config.bootstrap, rng=rng)
    drawn = {
        name: drawn_scores(beats.abnormal, list(p_abnormal), resamples=resamples, rng=rng)
        for name, p_abnormal in found.items()
    }
    return drawn, len(resamples)


def _with_records(tested: TestResults, beats: SingleBeats, *, found: Probabilities) -> TestResults:
    """The results with the scores by record."""
    for name, p_abnormal in found.items():
        by_record = scores_by_record(beats.records, beats.abnormal, called_abnormal(p_abnormal))
        tested["networks"][name]["by_record"] = by_record
    return tested


def _without_same_subject(
    beats: SingleBeats, found: Probabilities, *, database: str
) -> TestResults | None:
    """Scores without the test record whose patient is in training; None if it is not tested."""
    kept = without_same_subject(beats.records, beats.abnormal, classes=BINARY, database=database)
    if kept is None:
        return None
    others = {name: p_abnormal[:, kept] for name, p_abnormal in found.items()}
    return score_test(beats.at(kept), others)


def _score_classes(beats: SingleBeats, predictor: Predictor, split: Split) -> ClassesResults:
    """Scores of the network for five classes."""
    predicted = predictor.classes(FIVE, beats.ecg, split=split).argmax(axis=2)
    return classes_results(beats.labels, predicted, classes=beats.classes)


def _describe(dataset: Path, *, beats: Path) -> ScoresData:
    """What was trained and tested on."""
    origin = json.loads(dataset.read_text())
    return {
        "database": origin["database"],
        "kind": origin["kind"],
        "intra_beats": "Kaggle" if intra_is_kaggle(beats) else "MIT-BIH",
        "second_database": second_database(beats),
    }


def _with_published(tested: TestResults, test: Test) -> TestResults:
    for name, scores in PUBLISHED[test].items():
        tested["networks"][name]["published"] = scores
    return tested


def _trained(run: str, trained: Path, *, config: NetworksConfig) -> TrainedNetworks:
    """Parameters and epochs of a run."""
    by_split = {
        split: [
            load_trained(trained_path(trained / split, run=run, seed=seed)) for seed in config.seeds
        ]
        for split in SPLITS
        if run in runs_of(split)
    }
    return {
        "parameters": n_parameters(by_split["inter"][0].network),
        "epochs": {
            split: float(np.mean([one.epoch for one in networks]))
            for split, networks in by_split.items()
        },
    }
