"""Find a mirror of the database: a folder or a URL."""

from collections.abc import Mapping
from pathlib import Path

from ecgfuse.download.checksums import CHECKSUMS, AbsentError
from ecgfuse.download.config import DatabaseConfig

MIRROR_VARIABLE = "ECGFUSE_MIRROR"
BESIDE = Path("..") / "shared" / "data"
"""Possible place of a copy beside the checkout, relative to its root."""


def find_mirror(config: DatabaseConfig, *, environment: Mapping[str, str]) -> Path | str | None:
    """The mirror in $ECGFUSE_MIRROR, else ../shared/data beside the checkout, else None.

    Returns:
        For a folder: the folder in it with SHA256SUMS.txt. For a URL: the URL itself.

    Raises:
        AbsentError: $ECGFUSE_MIRROR, or the folder of the database beside the checkout, lacks the
            database.
        ValueError: $ECGFUSE_MIRROR is not a folder.
    """
    roots = _roots(environment)
    mirror = environment.get(MIRROR_VARIABLE, "").strip()
    if mirror.startswith(("http://", "https://")):
        return mirror
    if mirror:
        bases = [root / mirror for root in roots]
        base = next((base for base in bases if base.is_dir()), None)
        if base is None:
            raise ValueError(
                f"{MIRROR_VARIABLE} is {mirror!r}, which is not a folder; set it to a folder or an "
                "http(s) URL with a copy of the database, or unset it"
            )
        return _find_database(base, config=config, title=f"{MIRROR_VARIABLE} is {mirror!r}")
    for base in (root / BESIDE for root in roots):
        if any((base / name).is_dir() for name in (config.database, *config.aliases)):
            return _find_database(base, config=config, title=f"the mirror is '{base}'")
    return None


def layouts(config: DatabaseConfig) -> tuple[str, ...]:
    """Possible places of the files in a mirror, in the order of the search.

    As on the site, with and without its folder `files`, without the version, or the mirror itself.
    """
    name = f"{config.database}/{config.version}"
    return (f"files/{name}", name, config.database, *config.aliases, "")


def _roots(environment: Mapping[str, str]) -> list[Path]:
    # Queued experiments run in a copy of the repository below .dvc/tmp; DVC_ROOT is the original.
    original = environment.get("DVC_ROOT")
    return [Path(), Path(original)] if original else [Path()]


def _find_database(base: Path, *, config: DatabaseConfig, title: str) -> Path:
    for layout in layouts(config):
        if (base / layout / CHECKSUMS).is_file():
            return base / layout
    raise AbsentError(
        f"{title}, but has no {config.database}/{CHECKSUMS}, nor "
        f"{config.database}/{config.version}/{CHECKSUMS}; complete the copy, or set "
        f"{config.group}.source to physionet"
    )
