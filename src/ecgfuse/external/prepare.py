"""All records of another database -> beats and RR features, as a split `test`."""

import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tqdm import tqdm

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.rr import save_rr
from ecgfuse.download.checksums import read_records
from ecgfuse.files import atomic_folder
from ecgfuse.preprocess.beats import cut_beats, join_beats, read_leads
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.records.annotations import CLASSES
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import split_rr
from ecgfuse.workers import process_pool


def prepare_external(
    database: Path,
    *,
    leads: Sequence[str],
    preprocess: PreprocessConfig,
    rr: RRConfig,
    out: Path,
    workers: int,
) -> None:
    """Write beats/test and rr/test, as the stages preprocess and rr write a split.

    Args:
        database: folder with RECORDS and the WFDB records, at any sampling rate.
        leads: in order of preference, in place of those of `preprocess`.
        workers: processes; the result does not depend on them.

    Raises:
        ValueError: a record cannot be used, or the database lacks a class; the message names the
            cure.
    """
    config = dataclasses.replace(preprocess, leads=tuple(leads))
    names = read_records(database, origin=str(database))
    with process_pool(workers) as pool:
        cut = pool.map(partial(_read_and_cut, database, config=config), names)
        beats = join_beats(list(tqdm(cut, total=len(names), unit="record", disable=None)))
    _require_all_classes(beats, database=database)
    with atomic_folder(out) as folder:
        save_beats(beats, folder / "beats" / "test")
        save_rr(split_rr(beats.annotated, config=rr), folder / "rr" / "test")


def _read_and_cut(database: Path, name: str, *, config: PreprocessConfig) -> BeatSet:
    return cut_beats(*read_leads(database / name, config=config), config=config)


def _require_all_classes(beats: BeatSet, *, database: Path) -> None:
    used = beats.annotated.loc[beats.annotated["used"] == 1, "label"]
    absent = [name for index, name in enumerate(CLASSES) if not (used == index).any()]
    if absent:
        raise ValueError(
            f"{database}: none of its {len(used):,} beats is of class {', '.join(absent)}, so "
            f"macro scores are not defined; take {database.name} out of external.databases"
        )
