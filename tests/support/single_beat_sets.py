"""Sets of single beats with a shape by class, for tests of trainings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.single_beats import (
    FS,
    LENGTH,
    SingleBeats,
    join_single_beats,
    save_single_beats,
)
from ecgfuse.datasets.splits import SPLITS

END = 110
"""Samples of a beat before the zeros: T is 0.73 s."""


def shape_of(label: int) -> np.ndarray:
    """A beat (187,) that begins at its R peak: a narrow QRS if normal, else a wide one."""
    time = np.arange(LENGTH)
    qrs = np.exp(-((time / (4 + 8 * (label > 0))) ** 2))
    t_wave = 0.25 * np.exp(-(((time - 40) / 10) ** 2))
    return np.where(time < END, 0.2 + 0.6 * qrs + t_wave, 0).astype(np.float32)


def single_beats(
    labels: Sequence[int],
    *,
    record: str,
    lead: str = "MLII",
    classes: tuple[str, ...] = ("normal", "abnormal"),
    seed: int = 0,
) -> SingleBeats:
    """The beats of one recording of one patient, 0.8 s apart, with some noise."""
    rng = np.random.default_rng(seed)
    ecg = np.stack([shape_of(label) for label in labels])
    ecg[:, :END] += rng.normal(0, 0.03, size=(len(labels), END)).astype(np.float32)
    time_s = 0.8 * np.arange(len(labels))
    table = pd.DataFrame(
        {
            "record": record,
            "patient": f"p{record}",
            "lead": lead,
            "sample": np.rint(time_s * FS).astype(int),
            "time_s": time_s,
            "label": np.asarray(labels, dtype=np.int64),
        }
    )
    return SingleBeats(ecg=ecg.clip(0, 1), table=table, classes=classes)


def write_sets(
    folder: Path, *, leads: Sequence[str] = ("MLII",), n_normal: int = 30, n_abnormal: int = 8
) -> Path:
    """Write train/, valid/ and test/ with four recordings each; every recording has all leads."""
    for number, split in enumerate(SPLITS):
        parts = [
            single_beats(
                [0] * n_normal + [1] * n_abnormal,
                record=f"{number}{place}",
                lead=lead,
                seed=100 * number + 10 * place + of_lead,
            )
            for place in range(4)
            for of_lead, lead in enumerate(leads)
        ]
        save_single_beats(join_single_beats(parts), folder / split)
    return folder
