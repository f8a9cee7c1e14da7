"""The same beats through one lead or another."""

from pathlib import Path
from typing import Literal, get_args

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
from ecgfuse.studies.heartbeat.splits import balance

TrainedOn = Literal["II", "I", "all"]
TRAINED_ON: tuple[TrainedOn, ...] = get_args(TrainedOn)


def train_and_valid(beats: Path, *, leads: TrainedOn, seed: int) -> tuple[SingleBeats, SingleBeats]:
    """Training and validation beats; those of a seed are the same for all choices of leads.

    Args:
        beats: folder with train/ and valid/.

    Raises:
        ValueError: a file is missing, or all beats are normal or all abnormal.
    """
    train, valid = (
        seen_through(
            load_single_beats(beats / split), leads, rng=np.random.default_rng([seed, number])
        )
        for number, split in enumerate(("train", "valid"))
    )
    return train, valid


def seen_through(beats: SingleBeats, leads: TrainedOn, *, rng: np.random.Generator) -> SingleBeats:
    """Each beat once, through one lead, with as many normal as abnormal beats.

    The generator draws the beats first, so equal generators draw the same beats for all choices of
    leads. Beats that a lead lacks, such as those of an electrode that fell off, are left out.

    Args:
        beats: through all leads; a beat is a sample of a recording.
        leads: the lead, or "all" for a random one of each beat.
    """
    table = beats.table.reset_index(names="row")
    rows = table.pivot(index=["record", "sample"], columns="lead", values="row").dropna()
    by_lead = rows.astype(np.int64)
    kept = by_lead.iloc[balance(beats.abnormal[by_lead.iloc[:, 0]], generator=rng)]
    if leads != "all":
        return beats.at(kept[leads].to_numpy())
    drawn = rng.integers(kept.shape[1], size=len(kept))
    return beats.at(kept.to_numpy()[np.arange(len(kept)), drawn])
