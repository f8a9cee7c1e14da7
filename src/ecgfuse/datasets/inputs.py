"""Beats and RR features of one split as the tensors that a network reads."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, load_beats
from ecgfuse.datasets.fusions import Fusion, uses_attention, uses_ratio_rows
from ecgfuse.datasets.rr import RRSet, fusion_features, load_rr


class Inputs(NamedTuple):
    """What a network reads of a batch of beats; parts that a fusion does not use may be empty."""

    ecg: Tensor
    """(B, n_signal_rows, length)"""
    ratios: Tensor
    """(B, 2)"""
    features: Tensor
    """(B, n_features): seven of RR, and the comparisons with the patient's median beat, if any."""


@dataclass(frozen=True)
class LabelledInputs:
    """All beats of a split."""

    inputs: Inputs
    labels: Tensor
    """(n_beats,) int64"""
    patients: Tensor
    """(n_beats,) int64: the number of the record among those of the split."""
    targets: Tensor | None = None
    """(n_beats, n_classes), sums of 1: what training aims at in place of the labels."""
    noisy: Inputs | None = None
    """The same beats in real noise, for the augmentation of that name."""

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, index: Tensor | slice) -> "LabelledInputs":
        """The beats at an index; patients keep their numbers."""
        return LabelledInputs(
            inputs=select(self.inputs, index),
            labels=self.labels[index],
            patients=self.patients[index],
            targets=None if self.targets is None else self.targets[index],
            noisy=None if self.noisy is None else select(self.noisy, index),
        )


def load_inputs(
    split: str, *, beats: Path, rr: Path, fusion: Fusion, noisy_beats: Path | None = None
) -> LabelledInputs:
    """Load what a fusion uses of one split.

    Args:
        split: "train", "valid" or "test".
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.
        noisy_beats: output folder of `noisy_beats`; None loads no beats in noise.

    Raises:
        ValueError: a file is missing, or beats and RR features do not belong together.
    """
    waveforms = load_beats(beats / split)
    features = load_rr(rr / split, ratios=uses_ratio_rows(fusion), features=uses_attention(fusion))
    for part in (features.ratios, features.features):
        if len(part) not in (0, len(waveforms)):
            raise ValueError(
                f"{rr / split}: RR features of {len(part)} beats, but {len(waveforms)} waveforms; "
                "make them again with 'dvc repro --force rr'"
            )
    data = join_inputs(waveforms, rr=features)
    if noisy_beats is None:
        return data
    twins = load_beats(noisy_beats / split)
    if twins.ecg.shape != waveforms.ecg.shape:
        raise ValueError(
            f"{noisy_beats / split}: beats of shape {twins.ecg.shape}, but {waveforms.ecg.shape} "
            "without noise; make them again with 'dvc repro --force noisy_beats'"
        )
    return dataclasses.replace(data, noisy=join_inputs(twins, rr=features).inputs)


def join_inputs(beats: BeatSet, *, rr: RRSet) -> LabelledInputs:
    """Waveforms and features of the same beats, with their labels and patients."""
    features = fusion_features(rr, comparison=beats.comparison)
    inputs = Inputs(ecg=_tensor(beats.ecg), ratios=_tensor(rr.ratios), features=_tensor(features))
    _, patients = np.unique(beats.records, return_inverse=True)
    return LabelledInputs(
        inputs=inputs, labels=_tensor(beats.labels.copy()), patients=_tensor(patients)
    )


def select(inputs: Inputs, index: Tensor | slice) -> Inputs:
    """The beats at an index; parts that are empty stay so."""
    return Inputs(*(part[index] if len(part) else part for part in inputs))


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
