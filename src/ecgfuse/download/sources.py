"""Fill the raw data from the source that params.yaml asks for."""

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

    Mirror and PhysioNet give the same bytes. Where this fails, `output` stays as it was, and what
    has arrived over HTTP waits in `partial` for the next call.

    Args:
        config: which database, and from where.
        output: folder to fill.
        signals_of: names of the records of which the signals alone are wanted; None takes all
            records with their annotations.
        patterns: of the names of the files that are wanted in place of records, as `wanted_files`.
        partial: folder for downloads that are not complete.
        physionet: address of the folder that holds {database}/{version}/.
        environment: where $ECGFUSE_MIRROR, and $DVC_ROOT of a queued experiment, are looked up.
        patience: when to give up a site.

    Raises:
        AbsentError: the mirror does not hold what is wanted.
        ValueError: the source is missing, incomplete, damaged or unreachable; the message names
            file or field, value and cure. Only `auto` takes synthetic data instead, and only when
            there is no mirror and PhysioNet is unreachable.
    """
    partial = partial / f"{config.database}-{config.version}"
    if config.source == "synthetic":
        reason = f"{config.group}.source in params.yaml is synthetic"
        _make_and_announce(config, output=output, signals_of=signals_of, reason=reason)
        return
    mirror = None
    if config.source != "physionet":
        mirror = find_mirror(config, environment=environment)
    if mirror is None and config.source == "mirror":
        raise ValueError(
            f"{config.group}.source is 'mirror', but there is none; set {MIRROR_VARIABLE} to a "
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
    with suppress(OSError):  # the downloads of another database may wait there
        partial.parent.rmdir()


def _reach(places: list[str], *, partial: Path, patience: Patience) -> str:
    """The first of the places that has SHA256SUMS.txt, which is fetched."""
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
        f"none of {', '.join(places)} has {CHECKSUMS}; check {MIRROR_VARIABLE}, and database and "
        "version in params.yaml"
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
    """Fetch RECORDS if needed, and then the wanted files, into the folder of partial downloads."""
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
    """Make the synthetic database, and say so in a box that is hard to miss."""
    make_database(output=output, config=config, signals_of=signals_of)
    cure = (
        f"For the real {config.database}, make physionet.org reachable or set {MIRROR_VARIABLE} to "
        f"a folder or URL with a copy of it, set {config.group}.source to auto if it is synthetic, "
        f"and run 'dvc repro --force {config.stage}'."
    )
    lines = ["THE DATA ARE SYNTHETIC" if signals_of is None else "THE NOISE IS SYNTHETIC", ""]
    for text in (
        f"Why: {reason}.",
        "No result of this run says anything about real patients.",
        cure,
    ):
        lines += textwrap.wrap(text, width=72, break_on_hyphens=False)
    width = max(map(len, lines))
    rule = "#" * (width + 6)
    box = "\n".join([rule, *(f"#  {line:<{width}}  #" for line in lines), rule])
    print(f"\n{box}\n", file=sys.stderr)
