"""Sampling of the beats of an epoch: each once, or rare classes and small patients more often."""

import torch
from torch import Tensor

from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.train.config import TrainConfig

_CLASS_POWER = {"natural": 1.0, "square_root": 0.5, "balanced": 0.0}


def epoch_size(n_beats: int, *, config: TrainConfig) -> int:
    """Number of beats per epoch for a training split of n_beats."""
    return config.epoch_beats or n_beats


def draw_epoch(data: LabelledInputs, *, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """Draw the indices of the beats of one epoch in random order, (epoch_size,) int64.

    Within a class and patient the beats are drawn equally often, give or take one. With
    natural shares and the default epoch size each beat is drawn exactly once.
    """
    strata, quotas = plan_epoch(
        data.labels,
        data.patients,
        n_drawn=epoch_size(len(data), config=config),
        class_power=_CLASS_POWER[config.sampling],
        patient_power=config.patient_power,
    )
    return draw_strata(strata, quotas, generator=generator)


def plan_epoch(
    labels: Tensor, patients: Tensor, *, n_drawn: int, class_power: float, patient_power: float
) -> tuple[Tensor, Tensor]:
    """Compute how many beats to draw from each class of each patient.

    The share of a class with n beats is proportional to n^class_power; within the class, the share
    of a patient with m beats is proportional to m^patient_power.

    Args:
        labels: (n_beats,) int64.
        patients: (n_beats,) int64.
        n_drawn: beats of the epoch.

    Returns:
        The stratum of each beat, (n_beats,), and the beats to draw from each stratum, (n_strata,),
        which sum to n_drawn. A share of less than half a beat may be rounded to 0.
    """
    pairs = torch.stack([labels, patients], dim=1)
    held, strata, counts = pairs.unique(dim=0, return_inverse=True, return_counts=True)
    classes = held[:, 0]  # (n_strata,)
    of_class = torch.bincount(labels).double() ** class_power
    of_class /= of_class[classes.unique()].sum()
    of_patient = counts.double() ** patient_power
    of_patient /= torch.bincount(classes, weights=of_patient)[classes]
    shares = of_class[classes] * of_patient
    return strata, _round_to_sum(shares * n_drawn, total=n_drawn)


def draw_strata(strata: Tensor, quotas: Tensor, *, generator: torch.Generator) -> Tensor:
    """Fill the quota of each stratum, drawing its beats equally often.

    A stratum of n beats and quota q yields q // n copies of each beat, and one more copy of q % n
    random beats.

    Returns:
        Indices of beats in random order, (sum of the quotas,) int64.
    """
    order = torch.randperm(len(strata), generator=generator)
    shuffled = strata[order]
    counts = torch.bincount(strata)
    # Rank of each beat within its stratum, in the random order.
    grouped = shuffled.argsort(stable=True)
    first = counts.cumsum(0) - counts
    rank = torch.empty_like(order)
    rank[grouped] = torch.arange(len(order)) - first[shuffled[grouped]]
    copies = (quotas // counts)[shuffled] + (rank < (quotas % counts)[shuffled])
    drawn = order.repeat_interleave(copies)
    if copies.max() > 1:  # copies are adjacent
        drawn = drawn[torch.randperm(len(drawn), generator=generator)]
    return drawn


def _round_to_sum(shares: Tensor, *, total: int) -> Tensor:
    """Integers that sum to `total`, by the largest remainder method."""
    # Tolerance for shares that rounding errors put just below an integer.
    whole = (shares + 1e-6).floor().long()
    missing = total - int(whole.sum())
    whole[(whole - shares).argsort(stable=True)[:missing]] += 1
    return whole
