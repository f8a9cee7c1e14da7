import errno
import hashlib
import io
import math
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site
from small_database import DAT_BYTES, NO_RETRY, SHORT, contents, write_sums

from ecgfuse.download import transfer
from ecgfuse.download.http import fetch_files
from ecgfuse.download.progress import Progress
from ecgfuse.download.transfer import Patience, UnreachableError

Fill = Callable[..., None]
PARTIAL = Path(".downloads/mitdb-1.0.0")


def test_files_are_asked_for_once_and_the_partial_folder_is_gone_in_the_end(
    fill: Fill, site: Site, output: Path
) -> None:
    fill()
    names = [request.name for request in site.requests]
    assert sorted(names) == sorted(set(contents(output)) - {"dataset.json"})
    assert not PARTIAL.parent.exists()


@pytest.mark.parametrize("has_etag", [True, False])
def test_cut_file_is_continued_where_it_was_cut(
    fill: Fill, site: Site, output: Path, database: Path, has_etag: bool
) -> None:
    site.has_etag = has_etag
    site.cut_after["100.dat"] = 20_000
    fill()
    assert (output / "100.dat").read_bytes() == (database / "100.dat").read_bytes()
    first, second, third = site.asked_for("100.dat")
    assert first.range is None
    assert second.range == "bytes=16384-"
    assert third.range == "bytes=32768-"
    assert (second.status, third.status) == (206, 206)
    assert (second.if_range is not None) == has_etag


def test_server_that_ignores_ranges_gets_the_file_anew(
    fill: Fill, site: Site, output: Path, database: Path
) -> None:
    site.honours_range = False
    site.cut_after["100.dat"] = 20_000
    site.n_cuts = 2
    fill()
    assert (output / "100.dat").read_bytes() == (database / "100.dat").read_bytes()
    assert [request.status for request in site.asked_for("100.dat")] == [200, 200, 200]


def test_file_that_is_cut_at_the_same_byte_again_and_again_is_given_up(
    fill: Fill, site: Site, output: Path
) -> None:
    site.honours_range = False
    site.cut_after["100.dat"] = 20_000
    with pytest.raises(
        ValueError, match=r"100\.dat: 3 attempts failed.*cut at byte 16384 of 40000"
    ):
        fill()
    assert not output.exists()


def test_next_call_continues_and_fetches_no_file_twice(
    fill: Fill, site: Site, output: Path, database: Path
) -> None:
    site.cut_after["101.dat"] = 20_000
    with pytest.raises(ValueError, match="the download resumes"):
        fill(patience=NO_RETRY)
    assert not output.exists()
    complete = {path.name for path in PARTIAL.iterdir() if path.suffix in (".dat", ".hea", ".atr")}
    assert (PARTIAL / "101.dat.part").stat().st_size == 16_384

    site.requests.clear()
    site.cut_after.clear()
    fill()
    (request,) = site.asked_for("101.dat")
    assert (request.range, request.status) == ("bytes=16384-", 206)
    assert request.n_sent == DAT_BYTES - 16_384
    assert complete.isdisjoint(request.name for request in site.requests)
    assert (output / "101.dat").read_bytes() == (database / "101.dat").read_bytes()


def test_partial_file_of_another_version_is_not_continued(
    fill: Fill, site: Site, output: Path, database: Path
) -> None:
    site.cut_after["101.dat"] = 20_000
    with pytest.raises(ValueError, match=r"101\.dat"):
        fill(patience=NO_RETRY)
    (database / "101.dat").write_bytes(bytes(DAT_BYTES))
    write_sums(database)
    site.cut_after.clear()
    site.requests.clear()
    fill()
    (request,) = site.asked_for("101.dat")
    assert request.if_range is not None
    assert request.status == 200
    assert (output / "101.dat").read_bytes() == bytes(DAT_BYTES)


@pytest.mark.parametrize("n_bytes", [DAT_BYTES, DAT_BYTES + 5, 10])
def test_damaged_partial_file_is_replaced(
    fill: Fill, output: Path, database: Path, n_bytes: int
) -> None:
    PARTIAL.mkdir(parents=True)
    (PARTIAL / "101.dat.part").write_bytes(bytes(n_bytes))
    (PARTIAL / "100.dat").write_bytes(bytes(n_bytes))
    fill()
    for name in ("100.dat", "101.dat"):
        assert (output / name).read_bytes() == (database / name).read_bytes()


def test_complete_partial_file_is_not_asked_for(fill: Fill, site: Site, database: Path) -> None:
    PARTIAL.mkdir(parents=True)
    (PARTIAL / "101.dat.part").write_bytes((database / "101.dat").read_bytes())
    fill()
    assert site.asked_for("101.dat") == []


def test_wrong_checksum_is_cured_by_a_second_attempt(
    fill: Fill, site: Site, output: Path, database: Path
) -> None:
    site.n_damaged["100.atr"] = 1
    fill()
    assert len(site.asked_for("100.atr")) == 2
    assert (output / "100.atr").read_bytes() == (database / "100.atr").read_bytes()


def test_wrong_checksum_twice_is_an_error_with_both_sums_and_the_cure(
    fill: Fill, site: Site, output: Path, database: Path
) -> None:
    site.n_damaged["100.atr"] = 1_000
    body = (database / "100.atr").read_bytes()
    damaged = hashlib.sha256(bytes([body[0] ^ 1]) + body[1:]).hexdigest()
    with pytest.raises(ValueError, match=r"100\.atr.*damaged") as caught:
        fill()
    for text in (damaged, hashlib.sha256(body).hexdigest(), "ECGFUSE_MIRROR"):
        assert text in str(caught.value)
    assert len(site.asked_for("100.atr")) == 2
    assert not output.exists()
    assert not (PARTIAL / "100.atr.part").exists()


@pytest.mark.parametrize("status", [403, 404])
def test_file_that_the_site_does_not_have_is_not_asked_for_again(
    fill: Fill, site: Site, output: Path, status: int
) -> None:
    site.status["100.dat"] = status
    with pytest.raises(
        ValueError,
        match=rf"100\.dat: the site responds with {status} .*check the database name and version",
    ):
        fill()
    assert len(site.asked_for("100.dat")) == 1
    assert not output.exists()


def test_busy_site_is_asked_again(fill: Fill, site: Site) -> None:
    site.status["100.dat"] = 503
    with pytest.raises(ValueError, match=r"3 attempts failed.*503 Service Unavailable"):
        fill()
    assert len(site.asked_for("100.dat")) == 3


def test_site_where_nobody_listens_is_given_up_within_20_seconds(
    tmp_path: Path, closed_url: str
) -> None:
    start = time.monotonic()
    with pytest.raises(UnreachableError, match="Connection refused"):
        fetch_files(closed_url, files={"RECORDS": None}, folder=tmp_path / "new", title="")
    assert time.monotonic() - start < 20
    assert not (tmp_path / "new").exists()


def test_default_timeouts_add_up_to_at_most_20_seconds() -> None:
    assert transfer.PATIENCE.silence < 20 - 3  # for Python to start and the threads to end


def test_site_that_never_answers_is_given_up(fill: Fill, site: Site, output: Path) -> None:
    site.answers = 0
    start = time.monotonic()
    with pytest.raises(UnreachableError, match=r"cannot be reached \(timed out\)"):
        fill(patience=SHORT)
    with pytest.raises(UnreachableError, match=r"cannot be reached \(no byte in 0\.5 s\)"):
        fill(patience=Patience(read=0.4, silence=0.5, pauses=(0.3, 0.3)))
    assert time.monotonic() - start < 8
    assert not output.exists()


@pytest.fixture
def hanging_lookup(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """DNS lookups that hang until the end of the test."""
    over = threading.Event()

    def lookup(*args: Any, **kwargs: Any) -> list[Any]:
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    yield
    over.set()


@pytest.mark.usefixtures("hanging_lookup")
def test_lookup_that_never_ends_is_given_up(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(UnreachableError, match=r"no byte in 0\.3 s"):
        fetch_files(
            "http://example.invalid",
            files={"RECORDS": None},
            folder=tmp_path,
            patience=Patience(silence=0.3, pauses=()),
            title="",
        )
    assert time.monotonic() - start < 4


def test_a_site_that_disappears_is_an_error_without_fallback(
    fill: Fill, site: Site, output: Path
) -> None:
    site.answers = 4
    with pytest.raises(UnreachableError, match="the download resumes"):
        fill(source="auto", patience=SHORT)
    assert not output.exists()
    site.answers = math.inf
    site.requests.clear()
    fill(source="auto")
    assert len(site.requests) < 7


def test_full_disk_keeps_what_has_arrived_for_the_next_call(
    fill: Fill, site: Site, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "100.dat":
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left") as caught:
        fill()
    assert caught.value.errno == errno.ENOSPC
    assert not output.exists()
    monkeypatch.setattr(Path, "replace", rename)
    fill()
    assert len(site.asked_for("100.dat")) == 1
    assert output.exists()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_rate_and_total_on_a_terminal_only(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill()
    assert len(capsys.readouterr().err.splitlines()) == 1
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fill()
    bars = [bar for bar in terminal.getvalue().split("\r") if bar.startswith("mitdb 1.0.0: ")]
    assert "80.6k/80.6k" in bars[-1]
    assert "B/s" in bars[-1]


def test_total_is_estimated_from_files_of_the_same_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(["a.dat", "b.dat", "c.dat", "a.hea"], title="files") as progress:
        progress.begin("a.dat", n_present=0, n_bytes=100)
        progress.begin("b.dat", n_present=50, n_bytes=200)
        progress.advance("a.dat", n_bytes=10)
    assert "60.0/450" in terminal.getvalue().split("\r")[-1]
