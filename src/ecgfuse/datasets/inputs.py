"""Beats and RR features of one split as the tensors that a network reads."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, load_beats
from ecgfuse.datasets.fusions import Fusion, uses_attention, uses_ratio_rows
from ecgfuse.datasets.rr import load_rr


class Inputs(NamedTuple):
    """What a network reads of a batch of beats; parts that a fusion does not use may be empty."""

    ecg: Tensor
    """(B, n_signal_rows, length)"""
    ratios: Tensor
    """(B, 2)"""
    features: Tensor
    """(B, 7)"""


@dataclass(frozen=True)
class LabelledInputs:
    """All beats of a split."""

    inputs: Inputs
    labels: Tensor
    """(n_beats,) int64"""
    patients: Tensor
    """(n_beats,) int64: the number of the record among those of the split."""

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, index: Tensor | slice) -> "LabelledInputs":
        """The beats at an index; patients keep their numbers."""
        return LabelledInputs(
            inputs=select(self.inputs, index),
            labels=self.labels[index],
            patients=self.patients[index],
        )


def load_inputs(split: str, *, beats: Path, rr: Path, fusion: Fusion) -> LabelledInputs:
    """Load what a fusion uses of one split.

    Args:
        split: "train", "valid" or "test".
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.

    Raises:
        ValueError: a file is missing, or beats and RR features do not belong together.
    """
    waveforms = load_beats(beats / split)
    features = load_rr(rr / split, ratios=uses_ratio_rows(fusion), features=uses_attention(fusion))
    inputs = Inputs(*map(_tensor, (waveforms.ecg, features.ratios, features.features)))
    for part in inputs:
        if len(part) not in (0, len(waveforms)):
            raise ValueError(
                f"{rr / split}: RR features of {len(part)} beats, but {len(waveforms)} waveforms; "
                "make them again with 'dvc repro --force rr'"
            )
    return label_inputs(inputs, beats=waveforms)


def label_inputs(inputs: Inputs, *, beats: BeatSet) -> LabelledInputs:
    """Inputs with the labels and the patients of the beats that they were made of."""
    _, patients = np.unique(beats.records, return_inverse=True)
    return LabelledInputs(
        inputs=inputs, labels=_tensor(beats.labels.copy()), patients=_tensor(patients)
    )


def select(inputs: Inputs, index: Tensor | slice) -> Inputs:
    """The beats at an index; parts that are empty stay so."""
    return Inputs(*(part[index] if len(part) else part for part in inputs))


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
