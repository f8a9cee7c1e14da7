"""The beats that the networks of the study are trained and tested on."""

from pathlib import Path
from typing import Literal

import numpy as np

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats, load_single_beats
from ecgfuse.studies.heartbeat.kaggle import kaggle_sets
from ecgfuse.studies.heartbeat.splits import (
    IntraSplit,
    balance,
    balanced_split,
    intra_split,
)

Split = Literal["intra", "inter"]
"""intra: as published, beats of one patient are in all parts; inter: DS1 and DS2."""
SPLITS: tuple[Split, ...] = ("intra", "inter")
SecondDatabase = Literal["ptbdb", "ptb-xl"]
"""Of the ensemble's second member: the PTB Diagnostic database, as published, or PTB-XL."""

PTBXL_LEAD = "II"
"""The lead of Kaggle's beats of the PTB database; near MLII, the lead of most of MIT-BIH."""
_MITDB = ("train", "valid", "test", "paced")

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
    if intra_is_kaggle(beats):
        folders = (beats / "kaggle" / f"mitbih_{part}" for part in ("train", "test"))
        train, test = map(load_single_beats, folders)
        everything = join_single_beats([train, test])
        tested = np.arange(len(train), len(everything))
        return everything, intra_split(everything, generator=generator, test=tested)
    everything = join_single_beats([load_single_beats(beats / "mitdb" / part) for part in _MITDB])
    return everything, intra_split(everything, generator=generator)


def intra_is_kaggle(beats: Path) -> bool:
    """Whether the beats of "intra" are those of Kaggle's two files of MIT-BIH.

    Raises:
        ValueError: kaggle/sets.csv is missing.
    """
    return "mitbih_train" in kaggle_sets(beats / "kaggle")


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


def second_database(beats: Path) -> SecondDatabase:
    """PTB Diagnostic if the user has Kaggle's files of it.

    Raises:
        ValueError: kaggle/sets.csv is missing.
    """
    return "ptbdb" if "ptbdb" in kaggle_sets(beats / "kaggle") else "ptb-xl"


def second_training_beats(beats: Path) -> tuple[SingleBeats, SingleBeats]:
    """Training and validation beats of the second database, as many normal as abnormal ones.

    Those of PTB-XL are divided by patient. Kaggle's have no patients, and are divided at random, so
    beats of a patient are in both parts.

    Raises:
        ValueError: a file is missing, or a part has normal or abnormal beats only.
    """
    generator = np.random.default_rng(_SEED)
    if second_database(beats) == "ptbdb":
        everything = load_single_beats(beats / "kaggle/ptbdb")
        chosen = balanced_split(everything.abnormal, generator=generator)
        return everything.at(chosen[0]), everything.at(chosen[1])
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


def files_of(split: Split, *, beats: Path) -> list[Path]:
    """All files that the trainings of a split may read, whatever the user has of Kaggle."""
    parts = {
        "intra": (
            *(f"mitdb/{part}" for part in _MITDB),
            "kaggle/mitbih_train",
            "kaggle/mitbih_test",
        ),
        "inter": ("mitdb/train", "mitdb/valid", "ptbxl/train", "ptbxl/valid", "kaggle/ptbdb"),
    }
    folders = [beats / part for part in parts[split]]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted([*(beats / "kaggle").glob("sets.csv"), *found])
