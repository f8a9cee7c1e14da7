"""Download a database from the configured source."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ecgfuse.download.checksums import (
    CHECKSUMS,
    RECORDS,
    AbsentError,
    expect_files,
    read_checksums,
    wanted_files,
)
from ecgfuse.download.config import DatabaseConfig
from ecgfuse.download.http import fetch_files
from ecgfuse.download.mirror import MIRROR_VARIABLE, find_mirror, layouts
from ecgfuse.download.output import copy_database, make_database
from ecgfuse.download.transfer import PATIENCE, NotFoundError, Patience, UnreachableError

PHYSIONET = "https://physionet.org/files"
PARTIAL = Path(".downloads")


def download(
    config: DatabaseConfig,
    *,
    output: Path,
    signals_of: Sequence[str] | None = None,
    patterns: Sequence[str] = (),
    partial: Path = PARTIAL,
    physionet: str = PHYSIONET,
    environment: Mapping[str, str] = os.environ,
    patience: Patience = PATIENCE,
) -> None:
    """Fill `output` with the database: checked files, RECORDS, SHA256SUMS.txt and dataset.json.

    Mirror and PhysioNet produce the same bytes. If this fails, `output` is unchanged, and what has
    arrived over HTTP is kept in `partial` for the next call.

    Args:
        config: the database and its source.
        output: folder to fill.
        signals_of: names of records of which only the signals are requested; None requests all
            records with their annotations.
        patterns: of file names to request instead of records, as in `wanted_files`.
        partial: folder for incomplete downloads.
        physionet: URL of the folder with {database}/{version}/.
        environment: with $ECGFUSE_MIRROR, and $DVC_ROOT of a queued experiment.
        patience: when to give up on a site.

    Raises:
        AbsentError: the mirror lacks the requested files.
        ValueError: the source is missing, incomplete, damaged or unreachable; the message names
            file or field, value and cure. Only `auto` falls back to synthetic data, and only if
            there is no mirror and PhysioNet is unreachable.
    """
    partial = partial / f"{config.database}-{config.version}"
    if config.source == "synthetic":
        reason = f"{config.group}.source is synthetic"
        _make_and_announce(config, output=output, signals_of=signals_of, reason=reason)
        return
    mirror = None
    if config.source != "physionet":
        mirror = find_mirror(config, environment=environment)
    if mirror is None and config.source == "mirror":
        raise ValueError(
            f"{config.group}.source is 'mirror', but none was found; set {MIRROR_VARIABLE} to a "
            "folder or URL with a copy of the database, put one at ../shared/data, or set "
            f"{config.group}.source to physionet"
        )
    if isinstance(mirror, Path):
        _announce(config, origin=str(mirror))
        copy_database(
            mirror,
            output=output,
            config=config,
            signals_of=signals_of,
            patterns=patterns,
            origin=str(mirror),
        )
        return
    if mirror is None:
        places = [_join(physionet, f"{config.database}/{config.version}")]
    else:
        places = [_join(mirror, layout) for layout in layouts(config)]
    try:
        url = _reach(places, partial=partial, patience=patience)
    except UnreachableError as error:
        may_fall_back = config.source == "auto" and config.database == config.stand_in
        if mirror is not None or not may_fall_back:
            raise
        _make_and_announce(config, output=output, signals_of=signals_of, reason=error.reason)
        return
    _announce(config, origin=url)
    title = f"{config.database} {config.version}"
    _fetch(
        url,
        partial=partial,
        signals_of=signals_of,
        patterns=patterns,
        patience=patience,
        title=title,
    )
    copy_database(
        partial,
        output=output,
        config=config,
        signals_of=signals_of,
        patterns=patterns,
        origin=url,
    )
    shutil.rmtree(partial)
    with suppress(OSError):  # it may contain downloads of another database
        partial.parent.rmdir()


def _reach(places: list[str], *, partial: Path, patience: Patience) -> str:
    """Fetch SHA256SUMS.txt from the first place that has it, and return this place."""
    for url in places:
        try:
            fetch_files(
                url, files={CHECKSUMS: None}, folder=partial, patience=patience, title=CHECKSUMS
            )
        except NotFoundError:
            if len(places) == 1:
                raise
            continue
        return url
    raise AbsentError(
        f"none of {', '.join(places)} has {CHECKSUMS}; check {MIRROR_VARIABLE}, and the database "
        "name and version in the parameters"
    )


def _fetch(
    url: str,
    *,
    partial: Path,
    signals_of: Sequence[str] | None,
    patterns: Sequence[str],
    patience: Patience,
    title: str,
) -> None:
    """Fetch RECORDS if needed, and then the requested files, into the partial folder."""
    checksums = read_checksums(partial, origin=url)
    if signals_of is None and not patterns:
        listed = expect_files([RECORDS], checksums=checksums, origin=url)
        fetch_files(url, files=listed, folder=partial, patience=patience, title=RECORDS)
    files = wanted_files(
        partial, signals_of=signals_of, patterns=patterns, checksums=checksums, origin=url
    )
    fetch_files(url, files=files, folder=partial, patience=patience, title=title)


def _join(url: str, layout: str) -> str:
    return f"{url.rstrip('/')}/{layout}".rstrip("/")


def _announce(config: DatabaseConfig, *, origin: str) -> None:
    print(f"{config.database} {config.version} from {origin}", file=sys.stderr)


def _make_and_announce(
    config: DatabaseConfig, *, output: Path, signals_of: Sequence[str] | None, reason: str
) -> None:
    """Generate the synthetic database, and announce it in a box that is hard to miss."""
    make_database(output=output, config=config, signals_of=signals_of)
    cure = (
        f"For the real {config.database}, make physionet.org reachable or set {MIRROR_VARIABLE} to "
        f"a folder or URL with a copy of it, set {config.group}.source to auto if it is synthetic, "
        f"and run 'dvc repro --force {config.stage}'."
    )
    lines = ["THE DATA ARE SYNTHETIC" if signals_of is None else "THE NOISE IS SYNTHETIC", ""]
    for text in (
        f"Why: {reason}.",
        "The results of this run do not apply to real patients.",
        cure,
    ):
        lines += textwrap.wrap(text, width=72, break_on_hyphens=False)
    width = max(map(len, lines))
    rule = "#" * (width + 6)
    box = "\n".join([rule, *(f"#  {line:<{width}}  #" for line in lines), rule])
    print(f"\n{box}\n", file=sys.stderr)
