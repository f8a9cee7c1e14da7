"""Fit scores of unfamiliar beats to the training patients, and set their thresholds.

All is done on DS1. A score is fitted to beats in which classes and patients weigh alike, so that
ectopic beats are not unfamiliar for being rare. Its threshold is set on patients that neither the
score nor the network was fitted to, since a network is surer of beats that it learnt:

- a score of the beat alone is fitted to all patients of DS1, and again without each of them in
  turn, who is then held out;
- a score that reads a network is fitted to the training patients, and has the validation patients.
  They are not entirely new to the network: they chose the epoch of its weights. And they are five,
  too few to limit the false alarms of any ectopic class (`FalseAlarms`).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.single_beats import SingleBeats
from ecgfuse.models.single_beat import SingleBeatNet
from ecgfuse.ood.detector import Detector, patient_quantile
from ecgfuse.ood.places import look_at
from ecgfuse.ood.scores import Energy, OODScore, ScoreName, fit_score, place_of

N_FIT = 4000
"""Training beats that a score is fitted to."""
_UNKNOWN = "Q"
"""Class of beats that none could name; they may well be unfamiliar."""
_LEAST_PATIENTS, _LEAST_BEATS = 5, 10
_BATCH = 1024


@dataclass(frozen=True, kw_only=True)
class FalseAlarms:
    """How many beats of held-out patients may be flagged, mean over patients.

    Scores that read a network have the five validation patients alone. At most four of them have
    ten beats of an ectopic class, so that no ectopic class limits the threshold of such a score,
    and it may flag more ectopic beats than a score of the beat alone, which has 22 patients.
    """

    share: float
    """Of all beats of a patient."""
    class_share: float
    """Of the beats of a class but Q, over patients with ten of them, where there are five."""

    def threshold(self, scores: np.ndarray, *, beats: SingleBeats) -> float:
        """The lowest threshold that keeps both, from the scores (n_beats,) of such beats."""
        patients = beats.patients
        found = [patient_quantile(scores, patients, share=self.share)]
        for label, name in enumerate(beats.classes):
            own, counts = np.unique(patients[beats.labels == label], return_counts=True)
            enough = own[counts >= _LEAST_BEATS]
            if name != _UNKNOWN and len(enough) >= _LEAST_PATIENTS:
                mine = (beats.labels == label) & np.isin(patients, enough)
                limit = patient_quantile(scores[mine], patients[mine], share=self.class_share)
                found.append(limit)
        return max(found)


@dataclass(frozen=True)
class Seen:
    """Beats as a network sees them."""

    ecg: Tensor
    """(n, 187)."""
    features: Tensor
    """(n, n_features)."""
    logits: Tensor
    """(n, n_classes)."""

    @property
    def normal(self) -> np.ndarray:
        """(n,) bool: the network calls the beat normal."""
        return (self.logits.argmax(dim=1) == 0).numpy()

    def measured(self, score: OODScore) -> np.ndarray:
        """Scores (n,)."""
        parts = (part.split(_BATCH) for part in (self.ecg, self.features, self.logits))
        with torch.inference_mode():
            return torch.cat([score(*part) for part in zip(*parts, strict=True)]).numpy()


@torch.inference_mode()
def see(network: SingleBeatNet, ecg: np.ndarray) -> Seen:
    """Run a network in evaluation mode on beats (n, 187)."""
    beats = torch.from_numpy(ecg)
    features = torch.cat([network.features(part) for part in beats.split(_BATCH)])
    return Seen(ecg=beats, features=features, logits=network.head(features))


def fitting_beats(beats: SingleBeats, *, generator: np.random.Generator) -> np.ndarray:
    """Indices of N_FIT beats, fewer if there are not as many: classes, and patients in them, alike.

    Beats of the class Q are left out.
    """
    weights = np.zeros(len(beats))
    for label, name in enumerate(beats.classes):
        mine = np.flatnonzero(beats.labels == label)
        if len(mine) and name != _UNKNOWN:
            _, index, counts = np.unique(
                beats.patients[mine], return_inverse=True, return_counts=True
            )
            weights[mine] = 1 / counts[index] / len(counts)
    n_beats = min(N_FIT, int((weights > 0).sum()))
    return np.sort(generator.choice(len(beats), n_beats, replace=False, p=weights / weights.sum()))


def fit_beat_score(name: ScoreName, *, beats: SingleBeats, fit: np.ndarray, seed: int) -> OODScore:
    """Fit a score of the beat alone.

    Args:
        fit: indices of the beats to fit to.
        seed: draws the bank of neighbours.
    """
    chosen = beats.at(fit)
    return _fit(name, _look(name, chosen), torch.from_numpy(chosen.labels), seed=seed)


def fit_beat_detector(
    name: ScoreName, *, beats: SingleBeats, fit: np.ndarray, limits: FalseAlarms, seed: int
) -> Detector:
    """Fit a score of the beat alone; each patient is held out once for the threshold.

    Args:
        fit: indices of the beats to fit to.
        seed: draws the bank of neighbours.
    """
    labels, patients = torch.from_numpy(beats.labels), beats.patients
    seen = _look(name, beats)
    scores = np.empty(len(beats))
    for patient in np.unique(patients):
        rest = fit[patients[fit] != patient]
        held = patients == patient
        scores[held] = _measure(_fit(name, seen[rest], labels[rest], seed=seed), seen[held])
    score = _fit(name, seen[fit], labels[fit], seed=seed)
    return Detector(name=name, score=score, threshold=limits.threshold(scores, beats=beats))


def fit_network_detector(
    name: ScoreName,
    *,
    seen: Seen,
    labels: np.ndarray,
    seen_valid: Seen,
    valid: SingleBeats,
    limits: FalseAlarms,
    seed: int,
) -> Detector:
    """Fit a score that reads a network; the threshold is set on the validation patients.

    With five of them, no ectopic class limits it, as `FalseAlarms` explains.

    Args:
        seen: the training beats to fit to.
        labels: (n,) their classes.
        seen_valid: the beats of `valid`.
        seed: draws the bank of neighbours.
    """
    score = _fit(name, seen.features, torch.from_numpy(labels), seed=seed)
    threshold = limits.threshold(seen_valid.measured(score), beats=valid)
    return Detector(name=name, score=score, threshold=threshold)


def _fit(name: ScoreName, seen: Tensor, labels: Tensor, *, seed: int) -> OODScore:
    generator = torch.Generator().manual_seed(seed)
    return fit_score(name, seen=seen, labels=labels, generator=generator)


def _look(name: ScoreName, beats: SingleBeats) -> Tensor:
    """What a score of the beat alone looks at, (n_beats, width)."""
    parts = torch.from_numpy(beats.ecg).split(_BATCH)
    return torch.cat([look_at(place_of(name), ecg=part, features=part) for part in parts])


def _measure(score: OODScore, seen: Tensor) -> np.ndarray:
    assert not isinstance(score, Energy), "the energy reads a network"
    return torch.cat([score.measure(part) for part in seen.split(_BATCH)]).numpy()
