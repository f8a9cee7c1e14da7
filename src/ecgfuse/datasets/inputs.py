"""Beats and RR features of one split as input tensors of a network."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.beats import BeatSet, load_beats
from ecgfuse.datasets.fusions import Fusion, uses_rr, uses_waveform
from ecgfuse.datasets.rr import load_rr, rr_path


class Inputs(NamedTuple):
    """Input of a network for a batch of beats. Tensors that a network does not use are empty."""

    ecg: Tensor
    """(B, n_signal_rows, length)"""
    rr: Tensor
    """(B, n_rr): RR features."""
    morphology: Tensor
    """(B, n_morphology): comparisons with the patient's median beat, 6 with
    preprocess.comparisons, 12 with a second lead, else 0."""

    @property
    def n_beats(self) -> int:
        """B."""
        return max(map(len, self))

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
    """Load the inputs that a network uses, for one split.

    Args:
        split: "train", "valid" or "test".
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.
        noisy_beats: output folder of `noisy_beats`; None loads no noisy beats.

    Raises:
        ValueError: a file is missing, or beats and RR features do not match.
    """
    waveforms = load_beats(beats / split)
    features = load_rr(rr / split) if uses_rr(fusion) else None
    if features is not None and len(features) != len(waveforms):
        raise ValueError(
            f"{rr_path(rr / split)}: RR features of {len(features)} beats, but {len(waveforms)} "
            f"waveforms; run the stage that writes {rr} again"
        )
    data = join_inputs(waveforms, rr=features, fusion=fusion)
    if noisy_beats is None:
        return data
    noisy = load_beats(noisy_beats / split)
    if noisy.ecg.shape != waveforms.ecg.shape:
        raise ValueError(
            f"{noisy_beats / split}: beats of shape {noisy.ecg.shape}, but {waveforms.ecg.shape} "
            f"without noise; run the stage that writes {noisy_beats} again"
        )
    copies = join_inputs(noisy, rr=features, fusion=fusion).inputs
    return dataclasses.replace(data, noisy=copies)


def join_inputs(beats: BeatSet, *, rr: np.ndarray | None, fusion: Fusion) -> LabelledInputs:
    """Combine what a network uses of the same beats with their labels and patients.

    Args:
        rr: (n_beats, n_rr); None for the network without RR.
    """
    nothing = torch.empty(0, 0)
    waveform = uses_waveform(fusion)
    inputs = Inputs(
        ecg=_tensor(beats.ecg) if waveform else nothing,
        rr=nothing if rr is None else _tensor(rr),
        morphology=_tensor(beats.morphology) if waveform else nothing,
    )
    _, patients = np.unique(beats.records, return_inverse=True)
    return LabelledInputs(
        inputs=inputs, labels=_tensor(beats.labels.copy()), patients=_tensor(patients)
    )


def select(inputs: Inputs, index: Tensor | slice) -> Inputs:
    """Select beats by index; empty tensors stay empty."""
    return Inputs(*(part[index] if len(part) else part for part in inputs))


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
