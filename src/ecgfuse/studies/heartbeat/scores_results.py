"""Layout of results/scores.json: every network on every test, and the published scores beside."""

from typing import Literal, NotRequired, TypedDict

import numpy as np
import pandas as pd

from ecgfuse.studies.heartbeat.binary_draws import NetworkScores
from ecgfuse.studies.heartbeat.binary_scores import BinaryScores, Confusion
from ecgfuse.studies.heartbeat.network_beats import SecondDatabase
from ecgfuse.studies.heartbeat.published_scores import PublishedScores


class RecordScores(TypedDict):
    """One network on one record, means over the seeds."""

    beats: int
    abnormal: int
    accuracy: float
    sensitivity: NotRequired[float]
    """Missing if the record has no abnormal beats."""
    specificity: NotRequired[float]
    """Missing if it has no normal ones."""


class TestedNetwork(NetworkScores):
    """One network on the beats of a test."""

    confusion: Confusion
    published: NotRequired[PublishedScores]
    """Scores that the study printed for the same test."""
    by_record: NotRequired[dict[str, RecordScores]]


class TestResults(TypedDict):
    """All networks on the beats of one test."""

    beats: int
    abnormal: int
    records: int
    patients: int
    """Kaggle's beats have none, and count by file, as they do for the records."""
    draws: NotRequired[int]
    """Draws of patients behind each interval; missing if patients of the training are tested."""
    all_normal: BinaryScores
    """Of calling every beat normal."""
    networks: dict[str, TestedNetwork]


class ClassScores(TypedDict):
    """One class against the rest, means over the seeds."""

    beats: int
    sensitivity: float
    ppv: float
    f1: float
    f1_sd: float
    """Over the seeds."""


class ClassesResults(TypedDict):
    """The network of all classes on the beats of one test, means over the seeds."""

    accuracy: float
    accuracy_sd: float
    macro_f1: float
    """Over the classes that have beats."""
    macro_f1_sd: float
    classes: dict[str, ClassScores]


class TrainedNetworks(TypedDict):
    """Size and training of a network."""

    parameters: int
    """Trainable ones."""
    epochs: dict[str, float]
    """Split -> epoch of the weights, mean over the seeds."""


class ScoresData(TypedDict):
    """What was trained and tested on."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    intra_beats: Literal["MIT-BIH", "Kaggle"]
    """Where the beats of "intra" are from."""
    second_database: SecondDatabase
    """What the second member of the ensemble is trained on."""


class ScoresResults(TypedDict):
    """results/scores.json."""

    data: ScoresData
    trained: dict[str, TrainedNetworks]
    """By run, as `networks.RUNS`."""
    hold_out: TestResults
    """Published as "train result": a tenth of the balanced training beats."""
    intra: TestResults
    """The published test: a fifth of all beats, of the same patients."""
    inter: TestResults
    """DS2."""
    inter_without_same_subject: NotRequired[TestResults]
    """The same without the record whose patient is in training, 202, if it is tested."""
    ptbxl: TestResults
    """The networks of the ensemble on test patients of PTB-XL, whatever the second database is; the
    ensemble is that of "inter"."""
    five_classes: dict[str, ClassesResults]
    """intra and inter."""


def scores_by_record(
    records: np.ndarray, abnormal: np.ndarray, called: np.ndarray
) -> dict[str, RecordScores]:
    """Scores of each record.

    Args:
        records: (n_beats,) names.
        abnormal: (n_beats,) int, 0 or 1.
        called: the same of the predictions, (n_seeds, n_beats).
    """
    right = (called == abnormal).mean(axis=0)  # share of the seeds
    table = pd.DataFrame({"record": records, "abnormal": abnormal, "right": right})
    found: dict[str, RecordScores] = {}
    for record, beats in table.groupby("record"):
        scores: RecordScores = {
            "beats": len(beats),
            "abnormal": int(beats["abnormal"].sum()),
            "accuracy": float(beats["right"].mean()),
        }
        by_class = beats.groupby("abnormal")["right"].mean()
        if 1 in by_class:
            scores["sensitivity"] = float(by_class[1])
        if 0 in by_class:
            scores["specificity"] = float(by_class[0])
        found[str(record)] = scores
    return found
