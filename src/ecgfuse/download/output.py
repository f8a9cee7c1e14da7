"""Fill the output of the download stage atomically, with the same bytes for each source."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from ecgfuse.download.checksums import (
    CHECKSUMS,
    RECORDS,
    format_checksums,
    format_records,
    read_checksums,
    read_records,
    sha256,
    wanted_files,
)
from ecgfuse.download.config import DatabaseConfig, DataConfig, NoiseDataConfig
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.synthetic.database import write_synthetic_database
from ecgfuse.synthetic.noise import write_synthetic_noise

DATASET = "dataset.json"


def copy_database(
    source: Path,
    *,
    output: Path,
    config: DatabaseConfig,
    signals_of: Sequence[str] | None,
    patterns: Sequence[str] = (),
    origin: str,
) -> None:
    """Copy the requested files to `output`, each checked against its SHA-256.

    Args:
        source: folder with SHA256SUMS.txt and the files, and RECORDS if all are requested.
        output: folder to replace; kept unchanged if this fails.
        config: for dataset.json.
        signals_of: as `wanted_files`.
        patterns: as `wanted_files`.
        origin: source of the files, for messages.

    Raises:
        ValueError: a file is missing or damaged, or a name refers to a path outside of the folder.
    """
    checksums = read_checksums(source, origin=origin)
    if signals_of is None and not patterns:
        _require_file(source / RECORDS, origin=origin, config=config)
    files = wanted_files(
        source, signals_of=signals_of, patterns=patterns, checksums=checksums, origin=origin
    )
    with atomic_folder(output) as folder:
        for name, expected in tqdm(files.items(), desc="check and copy", unit="file", disable=None):
            _require_file(source / name, origin=origin, config=config)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
            # The copy is checked, not the source, so that errors in copying are found too.
            got = sha256(folder / name)
            if got != expected:
                raise ValueError(
                    f"{origin}: {name} is damaged: its SHA-256 is {got}, but {CHECKSUMS} has "
                    f"{expected}; replace this file, or set {config.group}.source to physionet"
                )
        if not patterns:
            records = signals_of or read_records(source, origin=origin)
            (folder / RECORDS).write_text(format_records(records))
            files[RECORDS] = sha256(folder / RECORDS)
        (folder / CHECKSUMS).write_text(format_checksums(files))
        _write_dataset(folder, config=config, kind="real")


def make_database(
    *, output: Path, config: DatabaseConfig, signals_of: Sequence[str] | None
) -> None:
    """Fill `output` with a synthetic database of the same format.

    Args:
        signals_of: names of the noise records to generate; None for recordings.

    Raises:
        ValueError: the database has no synthetic stand-in.
    """
    group, stand_in = config.group, config.stand_in
    if config.database != stand_in:
        raise ValueError(
            f"{group}.database is {config.database!r}, but only {stand_in} has a synthetic "
            f"stand-in; set {group}.database to {stand_in}, or {group}.source to mirror or "
            "physionet"
        )
    with atomic_folder(output) as folder:
        if isinstance(config, DataConfig):
            write_synthetic_database(
                folder, minutes=config.synthetic_minutes, seed=config.synthetic_seed
            )
        else:
            assert isinstance(config, NoiseDataConfig), "no other database has a stand-in"
            records = signals_of or ()
            write_synthetic_noise(folder, records=records, seed=config.synthetic_seed)
        checksums = {path.name: sha256(path) for path in folder.iterdir()}
        (folder / CHECKSUMS).write_text(format_checksums(checksums))
        _write_dataset(folder, config=config, kind="synthetic")


def _require_file(path: Path, *, origin: str, config: DatabaseConfig) -> None:
    if not path.is_file():
        raise ValueError(
            f"{origin}: {path.name} is missing; complete the copy, or set {config.group}.source to "
            "physionet"
        )


def _write_dataset(
    folder: Path, *, config: DatabaseConfig, kind: Literal["real", "synthetic"]
) -> None:
    # Without the source, so that the bytes do not depend on it.
    dataset = {"database": config.database, "version": config.version, "kind": kind}
    (folder / DATASET).write_text(json.dumps(dataset, sort_keys=True) + "\n")
