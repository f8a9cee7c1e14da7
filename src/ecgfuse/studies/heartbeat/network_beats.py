"""The beats that the networks of the study are trained and tested on."""

from pathlib import Path
from typing import Literal

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats, load_single_beats
from ecgfuse.studies.heartbeat.splits import IntraSplit, balance, intra_split

Split = Literal["intra", "inter"]
"""intra: as published, beats of one patient are in all parts; inter: DS1 and DS2."""
SPLITS: tuple[Split, ...] = ("intra", "inter")

PTBXL_LEAD = "II"
"""The lead of the published networks' second database; near MLII, the lead of most of MIT-BIH."""

_SEED = 0
"""Of both splits: they are the same for all networks and seeds, so all have the same test beats."""


def intra_beats(beats: Path) -> tuple[SingleBeats, IntraSplit]:
    """All beats of MIT-BIH and the published split; Kaggle's own beats and test if they are there.

    Args:
        beats: output folder of the stage beats.

    Raises:
        ValueError: a file is missing.
    """
    generator = np.random.default_rng(_SEED)
    kaggle = beats / "kaggle"
    if kaggle.is_dir():
        train, test = (load_single_beats(kaggle / f"mitbih_{part}") for part in ("train", "test"))
        everything = join_single_beats([train, test])
        tested = np.arange(len(train), len(everything))
        return everything, intra_split(everything, generator=generator, test=tested)
    parts = ("train", "valid", "test", "paced")
    everything = join_single_beats([load_single_beats(beats / "mitdb" / part) for part in parts])
    return everything, intra_split(everything, generator=generator)


def training_beats(split: Split, *, beats: Path) -> tuple[SingleBeats, SingleBeats]:
    """Training and validation beats, as many normal as abnormal ones.

    Args:
        beats: output folder of the stage beats; "inter" reads mitdb/train and mitdb/valid only.

    Raises:
        ValueError: a file is missing, or a part has normal or abnormal beats only.
    """
    if split == "intra":
        everything, parts = intra_beats(beats)
        return everything.at(parts.train), everything.at(parts.valid)
    generator = np.random.default_rng(_SEED)
    train, valid = (
        balanced(load_single_beats(beats / "mitdb" / part), generator=generator)
        for part in ("train", "valid")
    )
    return train, valid


def ptbxl_training_beats(beats: Path) -> tuple[SingleBeats, SingleBeats]:
    """Training and validation beats of PTB-XL, as many normal as abnormal ones.

    Raises:
        ValueError: a file is missing, or a part has normal or abnormal beats only.
    """
    generator = np.random.default_rng(_SEED)
    train, valid = (
        balanced(ptbxl_beats(beats, part=part), generator=generator) for part in ("train", "valid")
    )
    return train, valid


def ptbxl_beats(beats: Path, *, part: Literal["train", "valid", "test"]) -> SingleBeats:
    """All beats of PTBXL_LEAD in a part of PTB-XL."""
    found = load_single_beats(beats / "ptbxl" / part)
    return found.at(found.leads == PTBXL_LEAD)


def balanced(beats: SingleBeats, *, generator: np.random.Generator) -> SingleBeats:
    """All abnormal beats and as many normal ones, drawn at random, or the reverse."""
    return beats.at(balance(beats.abnormal, generator=generator))
