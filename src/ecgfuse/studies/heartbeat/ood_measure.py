"""Measure real beats and unfamiliar inputs by every score, with every network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.ood.detector import Detector
from ecgfuse.ood.quality import find_faults
from ecgfuse.ood.scores import SCORE_NAMES, OODScore, ScoreName, place_of
from ecgfuse.studies.heartbeat.networks import load_trained
from ecgfuse.studies.heartbeat.ood_fit import (
    FalseAlarms,
    Seen,
    fit_beat_detector,
    fit_beat_score,
    fit_network_detector,
    fitting_beats,
    see,
)
from ecgfuse.studies.heartbeat.ood_inputs import Unfamiliar
from ecgfuse.studies.heartbeat.ood_results import Judged, auroc

OF_NETWORK: tuple[ScoreName, ...] = tuple(
    name for name in SCORE_NAMES if place_of(name) == "features"
)
"""Scores that read a network; all others read the beat alone."""
OF_BEAT: tuple[ScoreName, ...] = tuple(name for name in SCORE_NAMES if name not in OF_NETWORK)


@dataclass(frozen=True)
class Part:
    """Real beats of a split and unfamiliar inputs."""

    beats: SingleBeats
    faults: np.ndarray
    """(n_beats,) str, as `find_faults`."""
    others: Unfamiliar
    other_faults: np.ndarray
    """(n,) the same of the inputs."""


def make_part(beats: SingleBeats, others: Unfamiliar) -> Part:
    """Check both by the rules of signal quality."""
    return Part(beats, find_faults(beats.ecg), others, find_faults(others.ecg))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Splits whose patients no score is fitted to."""

    valid: Part
    test: Part


@dataclass(frozen=True)
class Scored:
    """Scores of a part."""

    beats: np.ndarray
    """(n_beats,)."""
    others: np.ndarray
    """(n,) of the unfamiliar inputs."""

    def aurocs(self, rows: Mapping[str, np.ndarray]) -> dict[str, float]:
        """AUROC of each kind against the real beats, given the indices of its inputs."""
        known = np.sort(self.beats)
        return {kind: auroc(known, self.others[mine]) for kind, mine in rows.items()}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A score on both parts."""

    detector: Detector
    """That of the test part, which is kept."""
    test: Scored
    valid: Scored
    """By this part a score is chosen. Here a score of the beat alone is fitted to the training
    patients, while that of the detector is fitted to all patients of DS1."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What one trained network and all scores make of both parts."""

    measured: Mapping[ScoreName, Measured]
    normal: np.ndarray
    """(n,) bool: unfamiliar inputs of the test part that the network calls normal."""

    def judge(self, name: ScoreName, *, test: Part) -> Judged:
        """Judge the test part by a score and the rules."""
        scored, above = self.measured[name].test, self.measured[name].detector.threshold
        broken, other_broken = test.faults != "", test.other_faults != ""
        return Judged(
            beats=test.beats,
            scores=scored.beats,
            broken=broken,
            flagged=(scored.beats > above) | broken,
            other_scores=scored.others,
            other_broken=other_broken,
            other_flagged=(scored.others > above) | other_broken,
            other_normal=self.normal,
        )


def measure_by_beat(
    name: ScoreName, *, train: SingleBeats, parts: Parts, limits: FalseAlarms, seed: int
) -> Measured:
    """Fit a score that reads the beat alone, and score both parts, in a process of a pool.

    Args:
        train: all beats of split.train.
    """
    use_one_thread()
    ds1 = join_single_beats([train, parts.valid.beats])
    of_train, of_ds1 = (
        fitting_beats(beats, generator=np.random.default_rng(seed)) for beats in (train, ds1)
    )
    score = fit_beat_score(name, beats=train, fit=of_train, seed=seed)
    detector = fit_beat_detector(name, beats=ds1, fit=of_ds1, limits=limits, seed=seed)
    return Measured(
        detector=detector,
        valid=_score_part(parts.valid, score=score),
        test=_score_part(parts.test, score=detector.score),
    )


def _score_part(part: Part, *, score: OODScore) -> Scored:
    return Scored(*(_unseen(ecg).measured(score) for ecg in (part.beats.ecg, part.others.ecg)))


def _unseen(ecg: np.ndarray) -> Seen:
    """Beats for a score that reads no network."""
    nothing = torch.empty(len(ecg), 0)
    return Seen(ecg=torch.from_numpy(ecg), features=nothing, logits=nothing)


def measure_by_network(
    path: Path, *, fitted_to: SingleBeats, parts: Parts, limits: FalseAlarms, seed: int
) -> View:
    """Fit the scores that read a network, and score both parts, in a process of a pool.

    Args:
        path: file of the stage networks.
        fitted_to: the training beats to fit to.
    """
    use_one_thread()
    network = load_trained(path).network
    seen = see(network, fitted_to.ecg)
    valid, test = (
        tuple(see(network, ecg) for ecg in (part.beats.ecg, part.others.ecg))
        for part in (parts.valid, parts.test)
    )
    measured = {}
    for name in OF_NETWORK:
        detector = fit_network_detector(
            name,
            seen=seen,
            labels=fitted_to.labels,
            seen_valid=valid[0],
            valid=parts.valid.beats,
            limits=limits,
            seed=seed,
        )
        measured[name] = Measured(
            detector=detector,
            valid=Scored(*(one.measured(detector.score) for one in valid)),
            test=Scored(*(one.measured(detector.score) for one in test)),
        )
    return View(measured=measured, normal=test[1].normal)
