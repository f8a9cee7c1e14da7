"""Changes of single beats that make copies of rare beats differ: noise, warping, mixing, synthesis.

All keep what a beat of Kachuee's method is: values in [0, 1] from the R peak on, followed by zeros.
"""

import numpy as np
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Generator, Tensor
from torch.nn import functional as F

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.ood.shape import beat_end
from ecgfuse.studies.heartbeat.training import Augment
from ecgfuse.train.augment import add_baseline_wander, scale_amplitude, warp_time
from ecgfuse.train.mixup import mix_beats

N_CLASSES = 2
"""Normal and abnormal."""


def add_noise(ecg: Tensor, *, white: float, drift: float, generator: Generator) -> Tensor:
    """Add white noise and a slow drift to beats; the zeros behind a beat stay.

    Args:
        ecg: (B, 187) in [0, 1].
        white: standard deviation of the white noise; the range of a 10 s window is 1.
        drift: standard deviation of the drift, likewise.
    """
    noisy = add_baseline_wander(ecg[:, None], sd=drift, generator=generator)[:, 0]
    noisy = noisy + white * torch.randn(ecg.shape, generator=generator)
    inside = torch.arange(ecg.shape[1]) < beat_end(ecg)
    return torch.where(inside, noisy.clamp(0, 1), 0.0)


def warp(ecg: Tensor, *, time: float, amplitude: float, generator: Generator) -> Tensor:
    """Stretch parts of beats, shorten others, and scale the whole; the R peak stays first.

    Args:
        ecg: (B, 187) in [0, 1].
        time: largest displacement of a sample, as a share of 187, up to 0.15.
        amplitude: standard deviation of the log of the factor; values above 1 are cut.
    """
    warped = warp_time(ecg[:, None], largest=time, generator=generator)
    return scale_amplitude(warped, sd=amplitude, generator=generator)[:, 0].clamp(0, 1)


def mix(
    ecg: Tensor, labels: Tensor, *, alpha: float, generator: Generator
) -> tuple[Tensor, Tensor]:
    """Mixup with other beats of the batch (Zhang et al., ICLR 2018).

    Args:
        ecg: (B, 187).
        labels: (B,) int64.
        alpha: both parameters of the beta distribution of the share.

    Returns:
        (B, 187), and the shares of the classes, (B, 2).
    """
    nothing = torch.empty(0, 0)
    inputs = Inputs(ecg=ecg[:, None], rr=nothing, morphology=nothing)
    mixed, targets = mix_beats(
        inputs, labels, alpha=alpha, n_classes=N_CLASSES, generator=generator
    )
    return mixed.ecg[:, 0], targets


def change_some(change: Augment, *, share: float) -> Augment:
    """Change each beat of a batch with a probability, whatever its class.

    If beats of one class alone were changed, a network could tell the class by the change.
    """

    def augment(ecg: Tensor, labels: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        chosen = torch.rand(len(ecg), 1, generator=generator) < share
        changed, targets = change(ecg, labels, generator)
        if targets.ndim > labels.ndim:
            targets = torch.where(chosen, targets, F.one_hot(labels, N_CLASSES).float())
        return torch.where(chosen, changed, ecg), targets

    return augment


def synthesise(
    ecg: np.ndarray,
    *,
    groups: np.ndarray,
    chosen: np.ndarray,
    n_neighbours: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Synthetic beats for training: points between a beat and a similar one of the same group.

    As SMOTE does (Chawla et al., JAIR 16, 2002), x + u (x' - x) with u uniform in [0, 1] and x' one
    of the nearest neighbours. A group is one class of one patient, since the mean of two patients
    is the beat of nobody. These are no recordings: they are never scored or shown as such.

    Args:
        ecg: (n, 187), different beats.
        groups: (n,) int.
        chosen: indices of the beats to start from; one may occur several times.
        n_neighbours: among which x' is drawn, or all others of a smaller group.

    Returns:
        (len(chosen), 187) float32. A beat without others in its group is returned as it is.
    """
    made = ecg[chosen].copy()
    for group in np.unique(groups[chosen]):
        (members,) = np.nonzero(groups == group)
        if len(members) == 1:
            continue
        nearest = NearestNeighbors(n_neighbors=min(n_neighbours, len(members) - 1))
        neighbours = nearest.fit(ecg[members]).kneighbors(return_distance=False)
        (places,) = np.nonzero(groups[chosen] == group)
        row = np.searchsorted(members, chosen[places])
        partner = neighbours[row, rng.integers(neighbours.shape[1], size=len(places))]
        share = rng.random((len(places), 1), dtype=np.float32)
        made[places] += share * (ecg[members[partner]] - made[places])
    return made
