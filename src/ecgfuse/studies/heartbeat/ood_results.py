"""What results/ood.json holds, and how it is counted."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict, TypeVar, cast

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats

Found = TypeVar("Found")

_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


class KindResults(TypedDict):
    """One kind of input."""

    inputs: int
    auroc: float
    """Against the real beats of the same patients' split."""
    flagged: float
    """Share that is flagged, by a rule or by the score."""
    called_normal: float
    """Share that is called normal and not flagged."""


class RecordFalseAlarms(TypedDict):
    """Real beats of one recording."""

    beats: int
    false_alarm_rate: float


class FalseAlarmResults(TypedDict):
    """Real beats that are flagged, by a rule or by the score."""

    all: float
    """Share of all beats."""
    patients: float
    """Mean over the recordings of the share of their beats."""
    classes: dict[str, float]
    """Class -> share of its beats."""


class ScoreResults(TypedDict):
    """One score with the rules of signal quality; means over the seeds of the network."""

    threshold: float
    valid_auroc: float
    """Mean over the kinds, on split.valid, of the score alone; the score whose mean over the
    networks is highest is used."""
    false_alarms: FalseAlarmResults
    """Test beats."""
    kinds: dict[str, KindResults]
    """AUROC of the score alone."""


class RulesResults(TypedDict):
    """The rules of signal quality alone."""

    rejected: dict[str, dict[str, list[int]]]
    """DS1 and DS2 -> class -> rejected beats, and all beats."""
    flagged: dict[str, float]
    """Kind -> share of its inputs."""


class OodResults(TypedDict):
    """results/ood.json. Headline: kinds, false_alarms."""

    data: dict[str, str]
    """database, and kind of its recordings; electrode_motion: real or synthetic."""
    score: str
    """The score that is used with all networks."""
    false_alarms: FalseAlarmResults
    """Of that score with the rules, means over networks and seeds."""
    without_same_subject: NotRequired[FalseAlarmResults]
    """The same without the test record whose patient is in DS1; missing if it is not tested."""
    records: dict[str, RecordFalseAlarms]
    kinds: dict[str, KindResults]
    """The same; an input that breaks a rule ranks above all others for the AUROC."""
    noise: dict[str, dict[str, KindResults]]
    """Noisy kind -> signal-to-noise ratio in dB -> the same."""
    rules: RulesResults
    scores: dict[str, dict[str, ScoreResults]]
    """Network -> score."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Real beats and unfamiliar inputs of a split, as one detector and one network judge them."""

    beats: SingleBeats
    scores: np.ndarray
    """(n_beats,) of the real beats."""
    broken: np.ndarray
    """(n_beats,) bool: breaks a rule."""
    flagged: np.ndarray
    """(n_beats,) bool, by a rule or by the score."""
    other_scores: np.ndarray
    """(n,) of the unfamiliar inputs."""
    other_broken: np.ndarray
    """(n,) bool, and so on."""
    other_flagged: np.ndarray
    other_normal: np.ndarray
    """(n,) bool: called normal by the network."""

    def with_rules_first(self) -> "Judged":
        """The same, but what breaks a rule has a higher score than all else."""
        above = 1 + max(self.scores.max(), self.other_scores.max())
        return dataclasses.replace(
            self,
            scores=np.where(self.broken, above, self.scores),
            other_scores=np.where(self.other_broken, above, self.other_scores),
        )

    def of_beats(self, kept: np.ndarray) -> "Judged":
        """The same with some of the real beats, (n_beats,) bool."""
        return dataclasses.replace(
            self,
            beats=self.beats.at(kept),
            scores=self.scores[kept],
            broken=self.broken[kept],
            flagged=self.flagged[kept],
        )

    def kinds(self, rows: Mapping[str, np.ndarray]) -> dict[str, KindResults]:
        """Results of each kind, given the indices of its inputs."""
        missed = self.other_normal & ~self.other_flagged
        known = np.sort(self.scores)
        return {
            kind: {
                "inputs": len(mine),
                "auroc": auroc(known, self.other_scores[mine]),
                "flagged": float(self.other_flagged[mine].mean()),
                "called_normal": float(missed[mine].mean()),
            }
            for kind, mine in rows.items()
        }

    def false_alarms(self) -> FalseAlarmResults:
        """Flagged real beats."""
        by_record = self.records().values()
        return {
            "all": float(self.flagged.mean()),
            "patients": float(np.mean([one["false_alarm_rate"] for one in by_record])),
            "classes": {
                name: float(self.flagged[self.beats.labels == label].mean())
                for label, name in enumerate(self.beats.classes)
                if (self.beats.labels == label).any()
            },
        }

    def records(self) -> dict[str, RecordFalseAlarms]:
        """The same of each recording."""
        records = self.beats.records
        return {
            str(record): {
                "beats": int((records == record).sum()),
                "false_alarm_rate": float(self.flagged[records == record].mean()),
            }
            for record in np.unique(records)
        }


def auroc(known: np.ndarray, unfamiliar: np.ndarray) -> float:
    """Probability that an unfamiliar input has a higher score than a known one; a tie counts half.

    Args:
        known: (n,) ascending.
        unfamiliar: (m,).
    """
    below, up_to = (np.searchsorted(known, unfamiliar, side=side) for side in _SIDES)
    return float(np.mean(below + up_to) / (2 * len(known)))


def count_rejected(beats: SingleBeats, rejected: np.ndarray) -> dict[str, list[int]]:
    """Class -> rejected beats and all beats, of the classes that occur.

    Args:
        rejected: (n_beats,) bool.
    """
    return {
        name: [int(rejected[mine].sum()), int(mine.sum())]
        for label, name in enumerate(beats.classes)
        if (mine := beats.labels == label).any()
    }


def mean_of(found: Sequence[Found]) -> Found:
    """Mean over networks or seeds of every number in equally nested dictionaries.

    Whole numbers are counts of beats or inputs, which are the same for all, and are kept.
    """
    return cast(Found, _mean(found))


def _mean(found: Sequence[object]) -> object:
    first = found[0]
    if isinstance(first, dict):
        nested = cast(Sequence[dict[str, object]], found)
        return {key: _mean([one[key] for one in nested]) for key in first}
    if isinstance(first, int):
        assert all(one == first for one in found), "not of the same beats and inputs"
        return first
    return float(np.mean(cast(Sequence[float], found)))


def headline(results: OodResults) -> dict[str, object]:
    """What the summary of the study has of it: KIND.auroc, and the false-alarm rates."""
    return {
        "score": results["score"],
        "false_alarm_rate": results["false_alarms"]["all"],
        "false_alarm_rate_of_patients": results["false_alarms"]["patients"],
        "false_alarm_rate_of_class": results["false_alarms"]["classes"],
        **{kind: {"auroc": one["auroc"]} for kind, one in results["kinds"].items()},
    }
