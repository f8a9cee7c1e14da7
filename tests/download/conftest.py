"""A small database, a server for it, and an empty checkout to download into."""

import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site, serve
from small_database import DAT_BYTES, PATIENCE, write_sums

from ecgfuse.download.config import DataConfig
from ecgfuse.download.sources import download


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """files/mitdb/1.0.0 of a site: two records, and unused files."""
    folder = tmp_path / "site" / "files" / "mitdb" / "1.0.0"
    (folder / "mitdbdir").mkdir(parents=True)
    draw = random.Random(0)
    for record in ("100", "101"):
        (folder / f"{record}.dat").write_bytes(draw.randbytes(DAT_BYTES))
        (folder / f"{record}.atr").write_bytes(draw.randbytes(300))
        (folder / f"{record}.hea").write_text(f"{record} 2 360 10000\n")
    (folder / "RECORDS").write_text("100\n101\n")
    (folder / "mitdbdir" / "intro.htm").write_text("<html></html>")
    (folder / "102-0.atr").write_bytes(b"another")
    write_sums(folder)
    return folder


@pytest.fixture
def site(database: Path, tmp_path: Path) -> Iterator[Site]:
    with serve(tmp_path / "site") as site:
        yield site


@pytest.fixture
def closed_url() -> str:
    """A local address without a server."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/files"


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout as working directory, without data beside it."""
    for name in ("ECGFUSE_MIRROR", "DVC_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "work" / "checkout"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def output() -> Path:
    return Path("data/raw/mitdb")


@pytest.fixture
def fill(site: Site, output: Path) -> Callable[..., None]:
    """`download` of the small database, with the local server as PhysioNet."""

    def call(*, source: str = "physionet", **arguments: Any) -> None:
        config = DataConfig(
            database="mitdb",
            version="1.0.0",
            source=source,  # type: ignore[arg-type]
            synthetic_minutes=0.5,
            synthetic_seed=3,
        )
        usual = {"physionet": f"{site.url}/files", "environment": {}, "patience": PATIENCE}
        download(config, output=output, **(usual | arguments))

    return call
