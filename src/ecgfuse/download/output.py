"""Fill the output of the download stage: whole or not at all, and the same whatever the way."""

import json
import shutil
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from ecgfuse.download.checksums import (
    CHECKSUMS,
    RECORDS,
    expect_files,
    format_checksums,
    format_records,
    read_checksums,
    read_records,
    sha256,
)
from ecgfuse.download.config import DataConfig
from ecgfuse.files import atomic_folder
from ecgfuse.records.synthetic import write_synthetic_database

DATASET = "dataset.json"
SYNTHETIC_DATABASE = "mitdb"
"""The only database that has a synthetic stand-in."""


def copy_database(source: Path, *, output: Path, config: DataConfig, origin: str) -> None:
    """Copy RECORDS and the files of its records to `output`, each checked against its SHA-256.

    Args:
        source: folder that holds SHA256SUMS.txt, RECORDS and the files.
        output: folder to fill; what was there is replaced, or stays as it was when this fails.
        config: for dataset.json.
        origin: where the files come from, for the messages.

    Raises:
        ValueError: a file is missing or damaged, or a name leads out of the folder.
    """
    checksums = read_checksums(source, origin=origin)
    _require_file(source / RECORDS, origin=origin)
    records = read_records(source, origin=origin)
    files = expect_files(records, checksums=checksums, origin=origin)
    with atomic_folder(output) as folder:
        for name, expected in tqdm(files.items(), desc="check and copy", unit="file", disable=None):
            _require_file(source / name, origin=origin)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
            # The copy is checked, and not the source: this covers the copying too.
            got = sha256(folder / name)
            if got != expected:
                raise ValueError(
                    f"{origin}: {name} is damaged: its SHA-256 is {got}, but {CHECKSUMS} says "
                    f"{expected}; replace this file, or set data.source to physionet"
                )
        (folder / RECORDS).write_text(format_records(records))
        files[RECORDS] = sha256(folder / RECORDS)
        (folder / CHECKSUMS).write_text(format_checksums(files))
        _write_dataset(folder, config=config, kind="real")


def make_database(*, output: Path, config: DataConfig) -> None:
    """Fill `output` with a synthetic database of the same form.

    Raises:
        ValueError: the database has no synthetic stand-in.
    """
    if config.database != SYNTHETIC_DATABASE:
        raise ValueError(
            f"data.database is {config.database!r}, but only {SYNTHETIC_DATABASE} has a synthetic "
            f"stand-in; set data.database to {SYNTHETIC_DATABASE}, or data.source to mirror or "
            "physionet"
        )
    with atomic_folder(output) as folder:
        write_synthetic_database(
            folder, minutes=config.synthetic_minutes, seed=config.synthetic_seed
        )
        checksums = {path.name: sha256(path) for path in folder.iterdir()}
        (folder / CHECKSUMS).write_text(format_checksums(checksums))
        _write_dataset(folder, config=config, kind="synthetic")


def _require_file(path: Path, *, origin: str) -> None:
    if not path.is_file():
        raise ValueError(
            f"{origin}: {path.name} is missing; complete the copy, or set data.source to physionet"
        )


def _write_dataset(folder: Path, *, config: DataConfig, kind: Literal["real", "synthetic"]) -> None:
    # Nothing here tells one mirror from another, so that the bytes do not depend on the way.
    dataset = {"database": config.database, "version": config.version, "kind": kind}
    (folder / DATASET).write_text(json.dumps(dataset, sort_keys=True) + "\n")
