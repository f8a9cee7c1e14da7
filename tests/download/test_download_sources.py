import dataclasses
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site
from root import ROOT
from small_database import PATIENCE, SHORT, contents, write_sums

from ecgfuse.download.sources import download
from ecgfuse.studies.ssl12.databases import TwelveLeadDatabase

Fill = Callable[..., None]
STAGE = ROOT / "stages" / "download.py"


def kind(output: Path) -> str:
    return json.loads((output / "dataset.json").read_text())["kind"]


def test_all_sources_produce_the_same_bytes(
    fill: Fill, site: Site, database: Path, output: Path, checkout: Path
) -> None:
    fill(source="physionet")
    expected = contents(output)
    records = [f"{name}.{suffix}" for name in (100, 101) for suffix in ("atr", "dat", "hea")]
    assert sorted(expected) == [*records, "RECORDS", "SHA256SUMS.txt", "dataset.json"]

    root = database.parents[2]
    mirrors = [
        *(str(path) for path in (root, root / "files", database)),
        *(f"{site.url}{path}" for path in ("", "/", "/files/", "/files/mitdb/1.0.0")),
    ]
    for mirror in mirrors:
        shutil.rmtree(output)
        fill(source="mirror", environment={"ECGFUSE_MIRROR": mirror})
        assert contents(output) == expected, mirror

    # Here the version is no part of the path.
    shutil.copytree(database, checkout.parent / "shared" / "data" / "mitdb")
    for source in ("auto", "mirror"):
        shutil.rmtree(output)
        fill(source=source)
        assert contents(output) == expected, source


def test_records_is_normalised_whatever_its_line_ends(
    fill: Fill, database: Path, output: Path
) -> None:
    fill()
    expected = contents(output)
    (database / "RECORDS").write_bytes(b"100\r\n\r\n101")
    write_sums(database)
    fill()
    assert contents(output) == expected


def test_checksums_of_the_output_are_those_of_its_files(
    fill: Fill, database: Path, output: Path
) -> None:
    fill()
    lines = (output / "SHA256SUMS.txt").read_text().splitlines()
    assert set(lines) < set((database / "SHA256SUMS.txt").read_text().splitlines())
    assert lines == sorted(lines, key=lambda line: line.split()[1])
    assert len(lines) == 7


def test_auto_prefers_the_variable_to_the_folder_beside_to_physionet(
    fill: Fill, site: Site, database: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(source="auto")
    assert site.url in capsys.readouterr().err
    shutil.copytree(database, checkout.parent / "shared" / "data" / "mitdb")
    fill(source="auto")
    assert "../shared/data/mitdb" in capsys.readouterr().err
    fill(source="auto", environment={"ECGFUSE_MIRROR": str(database)})
    assert str(database) in capsys.readouterr().err


def test_queued_experiments_find_the_folder_beside_the_original_checkout(
    fill: Fill, database: Path, checkout: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(database, checkout.parent / "shared" / "data" / "mitdb")
    copy = checkout / ".dvc" / "tmp" / "exps" / "tmp1"
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy)
    fill(source="mirror", environment={"DVC_ROOT": str(checkout)})
    assert kind(copy / output) == "real"


@pytest.mark.parametrize("source", ["mirror", "auto"])
@pytest.mark.parametrize("mirror", ["/no/such/folder", "empty", "{site}/nothing", "{closed}"])
def test_a_broken_mirror_is_an_error_without_fallback(
    fill: Fill, site: Site, closed_url: str, output: Path, source: str, mirror: str
) -> None:
    Path("empty").mkdir()
    mirror = mirror.format(site=site.url, closed=closed_url)
    with pytest.raises(ValueError, match="ECGFUSE_MIRROR"):
        fill(source=source, environment={"ECGFUSE_MIRROR": mirror})
    assert not output.exists()


def test_no_mirror_at_all_is_an_error_that_names_the_cure(fill: Fill, output: Path) -> None:
    with pytest.raises(ValueError, match=r"data\.source is 'mirror'.*set ECGFUSE_MIRROR"):
        fill(source="mirror")
    assert not output.exists()


def test_unreachable_physionet_falls_back_to_announced_synthetic_data(
    fill: Fill, closed_url: str, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(source="auto", physionet=closed_url)
    error = capsys.readouterr().err
    for text in ("THE DATA ARE SYNTHETIC", closed_url, "Connection refused", "ECGFUSE_MIRROR"):
        assert text in error
    assert kind(output) == "synthetic"
    assert not Path(".downloads").exists()


def test_synthetic_data_have_the_form_of_real_ones(
    fill: Fill, output: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(source="synthetic")
    assert "THE DATA ARE SYNTHETIC" in capsys.readouterr().err
    first = contents(output)
    assert len(first) == 3 * 48 + 3
    assert len(first["SHA256SUMS.txt"].splitlines()) == 3 * 48 + 1
    assert site.requests == []


def test_explicit_physionet_never_falls_back(fill: Fill, closed_url: str, output: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be reached \(Connection refused\).*ECGFUSE_MIRR"):
        fill(source="physionet", physionet=closed_url)
    assert not output.exists()


@pytest.mark.parametrize("fault", ["damaged", "missing", "no checksums", "busy", "cut"])
def test_reachable_but_faulty_physionet_never_falls_back(
    fill: Fill, site: Site, output: Path, fault: str
) -> None:
    if fault == "damaged":
        site.n_damaged["101.hea"] = 2
    elif fault == "cut":
        site.cut_after["SHA256SUMS.txt"] = 0
    else:
        name = "101.hea" if fault == "missing" else "SHA256SUMS.txt"
        site.status[name] = 503 if fault == "busy" else 404
    with pytest.raises(ValueError, match=f"{site.url}/files/mitdb/1.0.0/"):
        fill(source="auto")
    assert not output.exists()


def test_damaged_or_missing_file_of_a_folder_is_named_with_the_cure(
    fill: Fill, database: Path, output: Path
) -> None:
    environment = {"ECGFUSE_MIRROR": str(database)}
    (database / "101.dat").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"101\.dat is damaged: its SHA-256 is .*replace"):
        fill(source="mirror", environment=environment)
    for name in ("101.dat", "RECORDS"):
        (database / name).unlink()
        with pytest.raises(ValueError, match=f"{name} is missing; complete the copy"):
            fill(source="mirror", environment=environment)
    assert not output.exists()
    assert list(output.parent.iterdir()) == []


@pytest.mark.parametrize("source", ["physionet", "mirror"])
def test_failure_leaves_the_old_output_as_it_was(
    fill: Fill, site: Site, database: Path, output: Path, source: str
) -> None:
    environment = {"ECGFUSE_MIRROR": str(database)}
    fill(source=source, environment=environment)
    before = contents(output)
    (database / "101.atr").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"101\.atr"):
        fill(source=source, environment=environment)
    assert contents(output) == before
    assert list(output.parent.iterdir()) == [output]


def test_stage_prints_one_line_and_exits_with_1(checkout: Path, site: Site) -> None:
    site.status["101.dat"] = 404
    Path("params.yaml").write_text(
        "data: {database: mitdb, version: 1.0.0, source: auto, synthetic_minutes: 0.5, "
        "synthetic_seed: 0}\n"
    )
    environment = {"ECGFUSE_MIRROR": site.url, "NO_PROXY": "127.0.0.1"}
    run = [sys.executable, str(STAGE)]
    failed = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    last = failed.stderr.splitlines()[-1]
    assert last.startswith("download: error: ")
    assert "101.dat: the site responds with 404 Not Found; check the database" in last
    assert not Path("data/raw/mitdb").exists()

    site.status.clear()
    subprocess.run(run, env=environment, capture_output=True, check=True)
    assert kind(Path("data/raw/mitdb")) == "real"
    assert [path.name for path in checkout.iterdir() if path.name != "params.yaml"] == ["data"]


def test_files_can_be_picked_by_patterns_and_lie_as_on_the_site(
    site: Site, database: Path, tmp_path: Path
) -> None:
    config = TwelveLeadDatabase(
        database="mitdb", version="1.0.0", source="physionet", files=("10?.hea", "mitdbdir/*")
    )
    usual: dict[str, Any] = {"patience": PATIENCE, "physionet": f"{site.url}/files"}
    out = Path("data/raw/picked")
    download(config, output=out, patterns=config.files, environment={}, **usual)
    expected = contents(out)
    assert sorted(expected) == [
        "100.hea",
        "101.hea",
        "SHA256SUMS.txt",
        "dataset.json",
        "mitdbdir/intro.htm",
    ]
    assert not site.asked_for("100.dat")
    mirror = {"ECGFUSE_MIRROR": str(tmp_path / "site")}
    from_mirror = dataclasses.replace(config, source="mirror")
    download(from_mirror, output=out, patterns=config.files, environment=mirror, **usual)
    assert contents(out) == expected


def test_a_pattern_without_a_match_is_reported(database: Path, tmp_path: Path) -> None:
    config = TwelveLeadDatabase(
        database="mitdb", version="1.0.0", source="mirror", files=("records500/*",)
    )
    with pytest.raises(ValueError, match=r"no file in SHA256SUMS.txt matches records500/\*"):
        download(
            config,
            output=Path("data/raw/picked"),
            patterns=config.files,
            environment={"ECGFUSE_MIRROR": str(tmp_path / "site")},
        )


def test_a_mirror_may_call_a_database_by_another_name(database: Path, tmp_path: Path) -> None:
    shutil.copytree(database, tmp_path / "mirror" / "arrhythmia")
    config = TwelveLeadDatabase(
        database="mitdb",
        version="1.0.0",
        source="mirror",
        files=("10?.hea",),
        aliases=("arrhythmia",),
    )
    mirror = {"ECGFUSE_MIRROR": str(tmp_path / "mirror")}
    download(config, output=Path("data/raw/x"), patterns=config.files, environment=mirror)
    assert (Path("data/raw/x") / "100.hea").is_file()


def test_a_database_without_a_stand_in_has_no_synthetic_fallback(closed_url: str) -> None:
    config = TwelveLeadDatabase(
        database="ptb-xl", version="1.0.3", source="auto", files=("records500/*",)
    )
    with pytest.raises(ValueError, match="cannot be reached"):
        download(
            config,
            output=Path("data/raw/ptb-xl"),
            patterns=config.files,
            physionet=closed_url,
            environment={},
            patience=SHORT,
        )
    assert not Path("data/raw/ptb-xl").exists()
