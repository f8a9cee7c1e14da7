"""All records of another database -> beats and RR features, as one split `test`."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.rr import save_rr
from ecgfuse.download.checksums import read_records
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.preprocess.beats import cut_records, join_beats
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import split_rr


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
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a record is not usable, or the database lacks a class; the message names the
            cure.
    """
    config = dataclasses.replace(preprocess, leads=tuple(leads))
    names = read_records(database, origin=str(database))
    beats = join_beats(cut_records(database, names, config=config, workers=workers))
    _require_all_classes(beats, database=database)
    with atomic_folder(out) as folder:
        save_beats(beats, folder / "beats" / "test")
        save_rr(split_rr(beats.annotated, config=rr), folder / "rr" / "test")


def _require_all_classes(beats: BeatSet, *, database: Path) -> None:
    used = beats.annotated.loc[beats.annotated["used"] == 1, "label"]
    absent = [name for index, name in enumerate(CLASSES) if not (used == index).any()]
    if absent:
        raise ValueError(
            f"{database}: none of its {len(used):,} beats is of class {', '.join(absent)}, so "
            f"macro scores are undefined; remove {database.name} from external.databases"
        )
