"""Windows of 12-lead recordings with their labels, split by split."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ecgfuse.pretrain.windows import Windows, WindowShape
from ecgfuse.studies.ssl12.config import LeadSet
from ecgfuse.studies.ssl12.labels import RHYTHMS, SUPERCLASSES, UNKNOWN
from ecgfuse.studies.ssl12.lead_sets import LEADS, keep_leads

Task = Literal["diagnosis", "rhythm"]
TASKS: dict[Task, tuple[str, ...]] = {"diagnosis": SUPERCLASSES, "rhythm": RHYTHMS}
"""Classes of each task. A recording may have several diagnoses but has one rhythm."""

PATCH = 25
"""Samples per patch, as published."""
_HALF_CYCLE_S = 0.4
"""Length of the next clip: half a cardiac cycle at 75 beats per minute; the paper has no number."""
_SPAN = 10
"""Tokens per span, as published."""


@dataclass(frozen=True)
class Recordings:
    """One window per recording, for some recordings."""

    signal: Tensor
    """(n, 12, n_samples) float32, z-scored; memory-mapped as loaded."""
    table: pd.DataFrame
    """(n,) rows of windows.csv."""
    leads: LeadSet = "12"
    """Leads kept by `at` and `split`; the others are set to zero there."""

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def load(cls, folder: Path, *, leads: LeadSet = "12") -> "Recordings":
        """All readable recordings written by `prepare`.

        Args:
            leads: as the field of that name.

        Raises:
            ValueError: a file is missing.
        """
        for name in ("signal.npy", "windows.csv"):
            if not (folder / name).is_file():
                raise ValueError(
                    f"{folder / name}: no such file; make it with 'dvc repro "
                    "studies/ssl12/dvc.yaml:prepare'"
                )
        table = pd.read_csv(folder / "windows.csv", dtype={"name": str, "patient": str})
        table.loc[table["readable"] == 0, "split"] = "left out"
        # Copy on write: nothing is written, but torch warns about read-only memory.
        signal = torch.from_numpy(np.load(folder / "signal.npy", mmap_mode="c"))
        return cls(signal, table, leads)

    def at(self, chosen: np.ndarray) -> "Recordings":
        """A selection of the recordings.

        Args:
            chosen: (n,) bool.
        """
        index = torch.from_numpy(np.flatnonzero(chosen))
        signal = keep_leads(self.signal[index], self.leads)
        return Recordings(signal, self.table[chosen].reset_index(drop=True), self.leads)

    def split(self, name: str) -> "Recordings":
        """The recordings of one split."""
        return self.at((self.table["split"] == name).to_numpy())

    def with_labels(self, task: Task) -> "Recordings":
        """The recordings with some diagnosis, or with a known rhythm."""
        if task == "diagnosis":
            return self.at((self.table[list(SUPERCLASSES)] == 1).any(axis=1).to_numpy())
        return self.at((self.table["rhythm"] != UNKNOWN).to_numpy())

    def targets(self, task: Task) -> Tensor:
        """(n, n_classes) float32, 1 for the classes of a recording."""
        if task == "diagnosis":
            return torch.from_numpy(self.table[list(SUPERCLASSES)].to_numpy(dtype=np.float32))
        return torch.from_numpy(np.eye(len(RHYTHMS), dtype=np.float32)[self.table["rhythm"]])

    def windows(self) -> Windows:
        """Windows for pretraining: without labels, grouped by patient."""
        _, patients = np.unique(self.table["patient"].to_numpy(dtype=str), return_inverse=True)
        return Windows(self.signal, torch.from_numpy(patients))


def window_shape(signal: Tensor, *, fs: float) -> WindowShape:
    """Shape of a window of ten seconds at `fs`, for the objectives."""
    return WindowShape(
        n_leads=len(LEADS),
        n_patches=signal.shape[2] // PATCH,
        patch=PATCH,
        clip=round(_HALF_CYCLE_S * fs),
        span=_SPAN,
        scales=(1.0,) * len(LEADS),
    )
