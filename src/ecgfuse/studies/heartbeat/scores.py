"""The scores stage: every network on the published test, and on new patients."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.curves import roc_table
from ecgfuse.evaluate.resamples import Resamples
from ecgfuse.models.single_beat import n_parameters
from ecgfuse.pipeline.files import write_json
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.heartbeat import draw_confusions, draw_roc
from ecgfuse.studies.heartbeat.binary_draws import (
    BINARY,
    draw_patients,
    drawn_scores,
    network_scores,
)
from ecgfuse.studies.heartbeat.binary_scores import (
    binary_scores,
    called_abnormal,
    confusion_matrix_of,
    confusion_of,
)
from ecgfuse.studies.heartbeat.five_classes import classes_results
from ecgfuse.studies.heartbeat.network_beats import SPLITS, Split, intra_beats, ptbxl_beats
from ecgfuse.studies.heartbeat.networks import (
    FIVE,
    PTBXL,
    RUNS,
    NetworksConfig,
    load_trained,
    runs_of,
    trained_path,
)
from ecgfuse.studies.heartbeat.published import PUBLISHED, Test
from ecgfuse.studies.heartbeat.results import (
    NETWORKS,
    ScoresResults,
    TestedNetwork,
    TestResults,
    TrainedNetworks,
    scores_by_record,
)
from ecgfuse.studies.heartbeat.training import predict

Probabilities = Mapping[str, np.ndarray]
"""Network -> (n_seeds, n_beats), probabilities of abnormal."""

ON_PTBXL = ("cnn_lstm_dropout", PTBXL, "ensemble")
"""The networks that are tested on PTB-XL."""


class Figures(NamedTuple):
    """Where the figures go."""

    confusion: Path
    roc: Path


class Predictor:
    """The trained networks of all seeds.

    Args:
        trained: folder with the output folders of both `networks` stages, intra/ and inter/.
    """

    def __init__(self, trained: Path, *, seeds: Sequence[int]) -> None:
        self.trained, self.seeds = trained, seeds

    def classes(self, run: str, ecg: np.ndarray, *, split: Split) -> np.ndarray:
        """Probabilities (n_seeds, n_beats, n_classes) of beats (n_beats, 187)."""
        beats = torch.from_numpy(ecg)
        paths = [trained_path(self.trained / split, run=run, seed=seed) for seed in self.seeds]
        return np.stack([predict(load_trained(path).network, beats) for path in paths])

    def abnormal(self, ecg: np.ndarray, *, split: Split, runs: Sequence[str]) -> Probabilities:
        """Probabilities of abnormal, by all of these runs.

        The ensemble is the mean of the networks with dropout for MIT-BIH and for PTB-XL with the
        same seed.
        """
        members = [run for run in runs if run != "ensemble"]
        if "ensemble" in runs:
            members = list(dict.fromkeys((*members, "cnn_lstm_dropout", PTBXL)))
        found = {
            # The network for PTB-XL is the same for both splits.
            run: self.classes(run, ecg, split="inter" if RUNS[run].ptbxl else split)[:, :, 1]
            for run in members
        }
        if "ensemble" in runs:
            found["ensemble"] = (found["cnn_lstm_dropout"] + found[PTBXL]) / 2
        return {run: found[run] for run in runs}


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
    everything, parts = intra_beats(beats)
    tests: dict[Split, SingleBeats] = {
        "intra": everything.at(parts.test),
        "inter": load_single_beats(beats / "mitdb" / "test"),
    }
    found = {
        split: predictor.abnormal(test.ecg, split=split, runs=NETWORKS)
        for split, test in tests.items()
    }
    hold_out, ptbxl = everything.at(parts.hold_out), ptbxl_beats(beats, part="test")
    draws = draw_patients(
        tests["inter"].records,
        tests["inter"].abnormal,
        n_draws=evaluation.bootstrap,
        rng=np.random.default_rng(evaluation.bootstrap_seed),
    )
    origin = json.loads(dataset.read_text())
    scores: ScoresResults = {
        "data": {
            "database": origin["database"],
            "kind": origin["kind"],
            "intra_beats": "Kaggle" if (beats / "kaggle").is_dir() else "MIT-BIH",
        },
        "draws": len(draws),
        "trained": {run: _trained(run, trained, config=config) for run in RUNS},
        "hold_out": _with_published(
            score_test(hold_out, predictor.abnormal(hold_out.ecg, split="intra", runs=NETWORKS)),
            "hold_out",
        ),
        "intra": _with_published(score_test(tests["intra"], found["intra"]), "intra"),
        "inter": score_test(
            tests["inter"], found["inter"], draws=draws, seed=evaluation.bootstrap_seed
        ),
        "ptbxl": score_test(ptbxl, predictor.abnormal(ptbxl.ecg, split="inter", runs=ON_PTBXL)),
        "five_classes": {
            split: classes_results(
                test.labels,
                predictor.classes(FIVE, test.ecg, split=split).argmax(axis=2),
                classes=test.classes,
            )
            for split, test in tests.items()
        },
    }
    write_json(scores, results)
    _draw(scores, tests=tests, found=found, n_points=evaluation.curve_points, figures=figures)


def score_test(
    beats: SingleBeats,
    found: Probabilities,
    *,
    draws: Resamples | None = None,
    seed: int = 0,
) -> TestResults:
    """Score all networks on the beats of one test.

    Args:
        draws: of the records, for intervals and scores by record; None for tests with patients of
            the training.
        seed: of the draws of the seeds.

    Raises:
        ValueError: the beats are normal or abnormal only.
    """
    rng = np.random.default_rng(seed)
    abnormal = beats.abnormal
    networks: dict[str, TestedNetwork] = {}
    for name, p_abnormal in found.items():
        called = called_abnormal(p_abnormal)
        drawn = (
            pd.DataFrame()
            if draws is None
            else drawn_scores(abnormal, list(p_abnormal), resamples=draws, rng=rng)
        )
        networks[name] = {
            **network_scores(abnormal, list(p_abnormal), drawn=drawn),
            "confusion": confusion_of(abnormal, called),
        }
        if draws is not None:
            networks[name]["by_record"] = scores_by_record(beats.records, abnormal, called)
    return {
        "beats": len(beats),
        "abnormal": int(abnormal.sum()),
        "records": len(np.unique(beats.records)),
        "all_normal": binary_scores(abnormal, np.zeros(len(beats))),
        "networks": networks,
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


def _draw(
    scores: ScoresResults,
    *,
    tests: Mapping[Split, SingleBeats],
    found: Mapping[Split, Probabilities],
    n_points: int,
    figures: Figures,
) -> None:
    """Write the figures of both splits; the ROC curves are means over the seeds."""
    titles = {"intra": "same patients (intra)", "inter": "new patients (inter)"}
    results = {titles[split]: scores[split]["networks"] for split in SPLITS}
    matrices = {
        title: {name: confusion_matrix_of(one["confusion"]) for name, one in networks.items()}
        for title, networks in results.items()
    }
    save_figure(draw_confusions(matrices), figures.confusion)
    curves = {
        titles[split]: _mean_roc(tests[split].abnormal, found[split], n_points=n_points)
        for split in SPLITS
    }
    areas = {
        title: {name: one["mean"]["roc_auc"] for name, one in networks.items()}
        for title, networks in results.items()
    }
    save_figure(draw_roc(curves, areas=areas), figures.roc)


def _mean_roc(abnormal: np.ndarray, found: Probabilities, *, n_points: int) -> pd.DataFrame:
    """Columns fpr, and the sensitivity of each network, the mean over its seeds."""
    columns = {}
    for name, p_abnormal in found.items():
        tables = [
            roc_table(abnormal, np.stack([1 - p, p], axis=1), classes=BINARY, n_points=n_points)
            for p in p_abnormal
        ]
        columns["fpr"] = tables[0]["fpr"]
        columns[name] = pd.concat([t[BINARY[1]] for t in tables], axis=1).mean(axis=1)
    return pd.DataFrame(columns)
