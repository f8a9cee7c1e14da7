"""Beats and RR features of one split as input tensors of a network."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, load_beats
from ecgfuse.datasets.fusions import Fusion, uses_ratio_rows, uses_rr_block
from ecgfuse.datasets.rr import RRSet, fusion_features, load_rr


class Inputs(NamedTuple):
    """Input of a network for a batch of beats. Tensors that a fusion does not use may be empty."""

    ecg: Tensor
    """(B, n_signal_rows, length)"""
    ratios: Tensor
    """(B, 2)"""
    features: Tensor
    """(B, n_features): 7 RR features, then the morphology features (6 with preprocess.comparisons,
    12 with a second lead)."""

    def to(self, device: torch.device) -> "Inputs":
        """The same on a device."""
        return Inputs(*(part.to(device, non_blocking=True) for part in self))


@dataclass(frozen=True)
class LabelledInputs:
    """All beats of a split."""

    inputs: Inputs
    labels: Tensor
    """(n_beats,) int64"""
    patients: Tensor
    """(n_beats,) int64: index of the record within the split."""
    targets: Tensor | None = None
    """(n_beats, n_classes), rows sum to 1: soft training targets that replace the labels."""
    noisy: Inputs | None = None
    """The same beats with real noise added, for augment.noisy_beats."""

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, index: Tensor | slice) -> "LabelledInputs":
        """Select beats by index; patients keep their numbers."""
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
    """Load the inputs that a fusion uses, for one split.

    Args:
        split: "train", "valid" or "test".
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.
        noisy_beats: output folder of `noisy_beats`; None loads no noisy beats.

    Raises:
        ValueError: a file is missing, or beats and RR features do not match.
    """
    waveforms = load_beats(beats / split)
    features = load_rr(rr / split, ratios=uses_ratio_rows(fusion), features=uses_rr_block(fusion))
    for part in (features.ratios, features.features):
        if len(part) not in (0, len(waveforms)):
            raise ValueError(
                f"{rr / split}: RR features of {len(part)} beats, but {len(waveforms)} waveforms; "
                f"run the stage that writes {rr} again"
            )
    data = join_inputs(waveforms, rr=features)
    if noisy_beats is None:
        return data
    noisy = load_beats(noisy_beats / split)
    if noisy.ecg.shape != waveforms.ecg.shape:
        raise ValueError(
            f"{noisy_beats / split}: beats of shape {noisy.ecg.shape}, but {waveforms.ecg.shape} "
            f"without noise; run the stage that writes {noisy_beats} again"
        )
    return dataclasses.replace(data, noisy=join_inputs(noisy, rr=features).inputs)


def join_inputs(beats: BeatSet, *, rr: RRSet) -> LabelledInputs:
    """Combine waveforms and features of the same beats with their labels and patients."""
    features = fusion_features(rr, morphology=beats.morphology)
    inputs = Inputs(ecg=_tensor(beats.ecg), ratios=_tensor(rr.ratios), features=_tensor(features))
    _, patients = np.unique(beats.records, return_inverse=True)
    return LabelledInputs(
        inputs=inputs, labels=_tensor(beats.labels.copy()), patients=_tensor(patients)
    )


def select(inputs: Inputs, index: Tensor | slice) -> Inputs:
    """Select beats by index; empty tensors stay empty."""
    return Inputs(*(part[index] if len(part) else part for part in inputs))


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
