"""Noise is taken from the source of the recordings, another source, or is synthetic."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site
from small_database import PATIENCE, contents, write_sums

from ecgfuse.download.config import NoiseDataConfig
from ecgfuse.download.noise import download_noise
from ecgfuse.pipeline.params import build_config

FillNoise = Callable[..., None]
FILES = ["bw.dat", "bw.hea", "ma.dat", "ma.hea"]
WRITTEN = ["RECORDS", "SHA256SUMS.txt", *FILES, "dataset.json"]
OUTPUT = Path("data/raw/nstdb")


@pytest.fixture
def noise_database(tmp_path: Path) -> Path:
    """files/nstdb/1.0.0 of the site, with an unused record, and no RECORDS."""
    folder = tmp_path / "site" / "files" / "nstdb" / "1.0.0"
    folder.mkdir(parents=True)
    draw = random.Random(0)
    for name in (*FILES, "118e00.dat", "118e00.hea", "118e00.atr"):
        (folder / name).write_bytes(draw.randbytes(500))
    write_sums(folder)
    return folder


@pytest.fixture
def fill_noise(site: Site) -> FillNoise:
    """`download_noise` of bw and ma with the loopback server as PhysioNet."""

    def call(*, source: str = "auto", **arguments: Any) -> None:
        config = build_config(
            NoiseDataConfig,
            {
                "database": "nstdb",
                "version": "1.0.0",
                "source": source,
                "kinds": ["bw", "ma"],
                "synthetic_seed": 1,
            },
        )
        usual = {"physionet": f"{site.url}/files", "environment": {}, "patience": PATIENCE}
        download_noise(config, output=OUTPUT, **(usual | arguments))

    return call


def kind() -> str:
    return json.loads((OUTPUT / "dataset.json").read_text())["kind"]


def test_only_requested_records_are_fetched_and_all_sources_produce_the_same_bytes(
    fill_noise: FillNoise, noise_database: Path, site: Site
) -> None:
    fill_noise(source="physionet")
    expected = contents(OUTPUT)
    assert sorted(expected) == sorted(WRITTEN)
    assert expected["RECORDS"] == b"bw\nma\n"
    assert not site.asked_for("118e00.dat")
    assert not site.asked_for("RECORDS")
    assert kind() == "real"
    for mirror in (noise_database.parents[2], f"{site.url}/files"):
        fill_noise(source="mirror", environment={"ECGFUSE_MIRROR": str(mirror)})
        assert contents(OUTPUT) == expected


@pytest.mark.parametrize("mirror", ["root", "the database itself", "url"])
def test_a_mirror_of_the_recordings_alone_is_passed_over(
    fill_noise: FillNoise, database: Path, site: Site, closed_url: str, mirror: str
) -> None:
    """Neither site nor folder has nstdb, so the noise is synthetic."""
    places = {"root": database.parents[2], "the database itself": database, "url": site.url}
    environment = {"ECGFUSE_MIRROR": str(places[mirror])}
    fill_noise(environment=environment, physionet=closed_url)
    assert kind() == "synthetic"
    with pytest.raises(ValueError, match=r"nstdb|bw\.dat"):
        fill_noise(source="mirror", environment=environment, physionet=closed_url)


def test_a_mirror_of_the_recordings_alone_leaves_noise_to_physionet(
    fill_noise: FillNoise, noise_database: Path, tmp_path: Path
) -> None:
    (tmp_path / "mirror").mkdir()
    fill_noise(environment={"ECGFUSE_MIRROR": str(tmp_path / "mirror")})
    assert kind() == "real"


def test_synthetic_noise_is_announced_and_has_the_form_of_real_noise(
    fill_noise: FillNoise, closed_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_noise(physionet=closed_url)
    error = capsys.readouterr().err
    for text in ("THE NOISE IS SYNTHETIC", closed_url, "dvc repro --force download_noise"):
        assert text in error
    first = contents(OUTPUT)
    assert sorted(first) == sorted(WRITTEN)
    fill_noise(source="synthetic")
    assert contents(OUTPUT) == first


def test_damaged_or_incomplete_noise_is_an_error_without_fallback(
    fill_noise: FillNoise, noise_database: Path
) -> None:
    (noise_database / "ma.dat").write_bytes(b"damaged")
    environment = {"ECGFUSE_MIRROR": str(noise_database.parents[2])}
    with pytest.raises(ValueError, match=r"ma\.dat is damaged.*noise_data\.source"):
        fill_noise(environment=environment)
    (noise_database / "ma.dat").unlink()
    write_sums(noise_database)
    with pytest.raises(ValueError, match=r"ma\.dat is missing in SHA256SUMS\.txt"):
        fill_noise()
    assert not OUTPUT.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("database", "../x"), ("version", ""), ("synthetic_seed", -1), ("kinds", [])],
)
def test_bad_values_are_rejected_with_the_group_of_the_noise(field: str, value: Any) -> None:
    good = {"database": "nstdb", "version": "1.0.0", "source": "auto"}
    good |= {"kinds": ["bw", "ma"], "synthetic_seed": 1}
    with pytest.raises(ValueError, match=rf"noise_data\.{field} is "):
        build_config(NoiseDataConfig, good | {field: value})
