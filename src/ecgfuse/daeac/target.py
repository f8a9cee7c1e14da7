"""Which beats of new patients are adapted to, and which are the test."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select
from ecgfuse.records.annotations import CLASSES


@dataclass(frozen=True)
class Target:
    """The beats of new patients in two parts that share no beat."""

    adaptation: Inputs
    """Beats of the start of each record, without their labels."""
    test: LabelledInputs
    """All others."""
    is_early: np.ndarray
    """(n_beats,) bool, of both parts: the beat is one to adapt to."""


def split_target(data: LabelledInputs, *, table: pd.DataFrame, adapt_s: float) -> Target:
    """Part the beats by time, and leave the labels of those that are adapted to behind.

    Args:
        data: (n_beats,) beats of new patients.
        table: (n_beats,) rows of the same beats, with time_s from the start of the record.
        adapt_s: seconds of each record that are adapted to.

    Raises:
        ValueError: no beat to adapt to, or a class that has no beat in the test.
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
