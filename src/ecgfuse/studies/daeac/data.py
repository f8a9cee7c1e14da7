"""Which beats of new patients are adapted to and which are tested, and the draws of a step."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select


@dataclass(frozen=True)
class Target:
    """The beats of new patients in two disjoint parts."""

    adaptation: Inputs
    """Beats at the start of each record, without their labels."""
    test: LabelledInputs
    """All others."""
    is_early: np.ndarray
    """(n_beats,) bool, over both parts: the beat is in `adaptation`."""


def split_target(data: LabelledInputs, *, table: pd.DataFrame, adapt_s: float) -> Target:
    """Split the beats by time, and drop the labels of those that are adapted to.

    Args:
        data: (n_beats,) beats of new patients.
        table: (n_beats,) rows of the same beats, with time_s from the start of the record.
        adapt_s: seconds of each record that are adapted to.

    Raises:
        ValueError: there is no beat to adapt to, or a class has no beat in the test part.
    """
    is_early = table["time_s"].to_numpy() < adapt_s
    if not is_early.any():
        raise ValueError(f"daeac.adapt_s is {adapt_s:g}, but no beat is that early; raise it")
    mask = torch.from_numpy(is_early)
    test = data.at(~mask)
    absent = set(range(len(CLASSES))) - set(test.labels.tolist())
    if absent:
        names = ", ".join(CLASSES[label] for label in sorted(absent))
        raise ValueError(
            f"daeac.adapt_s is {adapt_s:g}, but no beat of class {names} comes later in the test "
            "records; lower it, or add a record to split.test that has some"
        )
    return Target(adaptation=select(data.inputs, mask), test=test, is_early=is_early)


def balanced_weights(labels: Tensor, *, n_classes: int) -> Tensor:
    """Relative probability of drawing each beat, (n_beats,), so that classes are equally likely.

    The weights belong to these beats in this order. In the published code the list of beats was
    shuffled afterwards.
    """
    counts = torch.bincount(labels, minlength=n_classes)
    return 1.0 / counts[labels]


def draw(weights: Tensor, *, n_beats: int, generator: torch.Generator) -> Tensor:
    """Indices of beats, (n_beats,) int64, drawn with replacement."""
    return torch.multinomial(weights, n_beats, replacement=True, generator=generator)
