"""The beats of DS1 in the forms that the rows of the bridge need, beside each other."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.datasets.rr import load_rr
from ecgfuse.studies.published.beats import RRBetween
from ecgfuse.studies.published.bridge_rows import BridgeRow
from ecgfuse.studies.published.data import (
    RR_BETWEEN,
    PublishedBeats,
    join_published,
    load_published,
    with_rows,
)
from ecgfuse.studies.published.rr import N_RATIOS

DS1 = ("train", "valid")


@dataclass(frozen=True, kw_only=True)
class BridgeFolders:
    """Where the beats lie; of each, train/ and valid/ are read."""

    prepared: Path
    """Output of the study's stage prepare."""
    beats: Path
    """Output of the pipeline's stage preprocess."""
    rr: Path
    """Output of the pipeline's stage rr."""


@dataclass(frozen=True)
class BridgeBeats:
    """The beats of DS1 that the study and the pipeline both use, in one order."""

    published: dict[RRBetween, PublishedBeats]
    """opt3."""
    ecg: Tensor
    """(n, n_signal_rows, length) of the pipeline."""
    rr: Tensor
    """(n, 7) of the pipeline."""
    morphology: Tensor
    """(n, n_morphology) of the pipeline."""
    labels: Tensor
    """(n,) int64."""
    records: np.ndarray
    """(n,) names."""

    def inputs(self, row: BridgeRow) -> Inputs:
        """Input of a row: ECG rows without RR, (n, 9) RR numbers, and comparisons if any.

        The RR numbers are the two published ratios, then the seven features; with the block of the
        pipeline the seven features alone.
        """
        if row.signal == "project":
            ecg = self.ecg if row.deviations else self.ecg[:, :1]
        else:
            ecg = self.published[row.signal].rows[:, :1]
        rr = self.rr if row.rr == "project" else self.published[row.rr].rr
        if row.block == "published":
            between: RRBetween = "annotations" if row.rr == "annotations" else "beats"
            ratios = self.published[between].rows[:, 1:, 0]  # (n, 2): the rows are constant
            rr = torch.cat([ratios, rr], dim=1)
        morphology = self.morphology if row.morphology else self.morphology[:, :0]
        return Inputs(ecg=ecg, rr=rr, morphology=morphology)

    def labelled(self, row: BridgeRow) -> LabelledInputs:
        """The same with labels and patients."""
        patients = torch.from_numpy(np.unique(self.records, return_inverse=True)[1])
        return LabelledInputs(inputs=self.inputs(row), labels=self.labels, patients=patients)

    def as_published(self, row: BridgeRow) -> PublishedBeats:
        """The same for the study's training: constant rows in the input, seven features late."""
        inputs = self.inputs(row)
        return PublishedBeats(
            rows=with_rows(inputs.ecg, inputs.rr[:, :N_RATIOS]),
            rr=inputs.rr[:, N_RATIOS:],
            labels=self.labels,
            records=self.records,
            samples=self.published["annotations"].samples,
        )


def load_bridge(folders: BridgeFolders) -> BridgeBeats:
    """Load the beats of DS1 that every row has.

    Raises:
        ValueError: a file is missing.
    """
    parts = [_load_split(folders, split) for split in DS1]
    return BridgeBeats(
        published={
            kind: join_published([part.published[kind] for part in parts]) for kind in RR_BETWEEN
        },
        ecg=torch.cat([part.ecg for part in parts]),
        rr=torch.cat([part.rr for part in parts]),
        morphology=torch.cat([part.morphology for part in parts]),
        labels=torch.cat([part.labels for part in parts]),
        records=np.concatenate([part.records for part in parts]),
    )


def _load_split(folders: BridgeFolders, split: str) -> BridgeBeats:
    published = {
        kind: load_published(folders.prepared, split, option="opt3", rr_between=kind)
        for kind in RR_BETWEEN
    }
    mine = load_beats(folders.beats / split)
    of_mine = _keys(mine.records, mine.table["sample"].to_numpy())
    keys = [of_mine, *(_keys(beats.records, beats.samples) for beats in published.values())]
    common = set(keys[0]).intersection(*keys[1:])
    at = [np.array([key in common for key in one]) for one in keys]
    return BridgeBeats(
        published={
            kind: beats.at(chosen)
            for (kind, beats), chosen in zip(published.items(), at[1:], strict=True)
        },
        ecg=torch.from_numpy(mine.ecg[at[0]]),
        rr=torch.from_numpy(load_rr(folders.rr / split)[at[0]]),
        morphology=torch.from_numpy(mine.morphology[at[0]]),
        labels=torch.from_numpy(mine.labels[at[0]]),
        records=mine.records[at[0]],
    )


def _keys(records: np.ndarray, samples: np.ndarray) -> list[tuple[str, int]]:
    return list(zip(records.tolist(), samples.tolist(), strict=True))
