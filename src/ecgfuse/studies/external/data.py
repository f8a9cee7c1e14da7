"""All records of another database -> beats and RR features, as one split `test`."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecgfuse.classes import BEAT_CODES
from ecgfuse.datasets.beats import load_beat_table, save_beats
from ecgfuse.datasets.rr import save_rr
from ecgfuse.download.checksums import read_records
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.preprocess.beats import cut_records, join_beats
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.labelled_record import is_calibrated
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import split_rr
from ecgfuse.studies.external.results import DatabaseDescription


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
        ValueError: a record is not usable; the message names the cure.
    """
    config = dataclasses.replace(preprocess, leads=tuple(leads))
    names = read_records(database, origin=str(database))
    beats = join_beats(cut_records(database, names, config=config, workers=workers))
    with atomic_folder(out) as folder:
        save_beats(beats, folder / "beats" / "test")
        save_rr(split_rr(beats.annotated, config=rr), folder / "rr" / "test")


def describe_database(
    database: Path, *, kind: str, leads: Sequence[str], beats: Path
) -> DatabaseDescription:
    """What was tested, what was assumed about it, and what was left out.

    Args:
        database: folder with RECORDS and the WFDB records.
        kind: of the data, as in dataset.json.
        leads: as in `prepare_external`.
        beats: the folder beats/ that it wrote.
    """
    names = read_records(database, origin=str(database))
    table = load_beat_table(beats / "test")
    return {
        "database": database.name,
        "kind": kind,
        "records": len(names),
        "uncalibrated_records": sum(not is_calibrated(database / n, leads=leads) for n in names),
        "beats": int(table["used"].sum()),
        "unused_beats": int((table["used"] == 0).sum()),
        "left_out_beats": sum(_annotated_beats(database / n) for n in names) - len(table),
    }


def _annotated_beats(record: Path) -> int:
    """Beats in the annotation file of a record, whether they lie in the signal or not."""
    symbols = read_annotation(record.with_name(f"{record.name}.atr")).symbols
    return int(np.isin(symbols, BEAT_CODES).sum())
