from collections.abc import Callable
from pathlib import Path

import pytest
from loopback_site import Site
from small_database import write_sums

Fill = Callable[..., None]
EVIL = [
    "../evil",
    "/tmp/evil",
    "a/../../evil",
    "..\\evil",
    "C:evil",
    "C:\\evil",
    ".",
    "..",
    "evil\x00",
]
SUM = "0" * 64


def below(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*evil*"))


@pytest.mark.parametrize("way", ["physionet", "mirror"])
@pytest.mark.parametrize("name", EVIL)
def test_record_that_leads_out_of_the_folder_is_refused(
    fill: Fill, database: Path, output: Path, tmp_path: Path, name: str, way: str
) -> None:
    (database / "RECORDS").write_text(f"100\n{name}\n")
    write_sums(database)
    with pytest.raises(ValueError, match=r"line 2 of RECORDS names the file .* leads out"):
        fill(source=way, environment={"ECGFUSE_MIRROR": str(database)})
    assert not output.exists()
    assert below(tmp_path) == []


@pytest.mark.parametrize("way", ["physionet", "mirror"])
@pytest.mark.parametrize("name", EVIL)
def test_checksum_for_a_name_that_leads_out_of_the_folder_is_refused(
    fill: Fill, site: Site, database: Path, output: Path, name: str, way: str
) -> None:
    (database / "SHA256SUMS.txt").write_text(f"{SUM} {name}\n")
    with pytest.raises(ValueError, match=r"line 1 of SHA256SUMS\.txt names the file .* leads out"):
        fill(source=way, environment={"ECGFUSE_MIRROR": str(database)})
    assert not output.exists()
    assert {request.name for request in site.requests} <= {"SHA256SUMS.txt"}


@pytest.mark.parametrize("text", ["<html>log in</html>", f"{SUM[1:]} 100.dat", "\x1f\udc8b"])
def test_checksums_of_another_form_are_refused(
    fill: Fill, database: Path, output: Path, text: str
) -> None:
    (database / "SHA256SUMS.txt").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=r"line 1 of SHA256SUMS\.txt is .*log in"):
        fill()
    assert not output.exists()


def test_form_of_sha256sum_is_read_too(fill: Fill, database: Path, output: Path) -> None:
    fill()
    expected = (output / "SHA256SUMS.txt").read_bytes()
    sums = database / "SHA256SUMS.txt"
    lines = sums.read_text().splitlines()
    sums.write_text("".join(f"{line[:64].upper()} *{line[65:]}\n" for line in lines))
    fill()
    assert (output / "SHA256SUMS.txt").read_bytes() == expected


@pytest.mark.parametrize("name", ["RECORDS", "101.hea"])
def test_file_without_a_checksum_is_an_error(
    fill: Fill, database: Path, output: Path, name: str
) -> None:
    sums = database / "SHA256SUMS.txt"
    lines = sums.read_text().splitlines()
    sums.write_text("\n".join(line for line in lines if not line.endswith(f" {name}")))
    with pytest.raises(ValueError, match=rf"{name} is missing in SHA256SUMS\.txt; check that"):
        fill()
    assert not output.exists()


def test_database_without_a_record_is_an_error(fill: Fill, database: Path, output: Path) -> None:
    (database / "RECORDS").write_text("\n")
    write_sums(database)
    with pytest.raises(ValueError, match="RECORDS names no record"):
        fill()
    assert not output.exists()
