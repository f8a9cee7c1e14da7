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


def list_name(database: Path, *, name: str, listed_in: str) -> None:
    """List only this name in one of the two files."""
    if listed_in == "RECORDS":
        (database / "RECORDS").write_text(f"{name}\n")
        write_sums(database)
    else:
        (database / "SHA256SUMS.txt").write_text(f"{SUM} {name}\n")


@pytest.mark.parametrize("listed_in", ["RECORDS", "SHA256SUMS.txt"])
@pytest.mark.parametrize("name", EVIL)
def test_a_name_outside_of_the_folder_is_rejected(
    fill: Fill, database: Path, output: Path, tmp_path: Path, name: str, listed_in: str
) -> None:
    list_name(database, name=name, listed_in=listed_in)
    with pytest.raises(ValueError, match=rf"line 1 of {listed_in} refers to the file .* outside"):
        fill(source="mirror", environment={"ECGFUSE_MIRROR": str(database)})
    assert not output.exists()
    assert below(tmp_path) == []


@pytest.mark.parametrize("listed_in", ["RECORDS", "SHA256SUMS.txt"])
def test_a_name_outside_of_the_folder_is_not_requested(
    fill: Fill, site: Site, database: Path, output: Path, listed_in: str
) -> None:
    list_name(database, name="../evil", listed_in=listed_in)
    with pytest.raises(ValueError, match=rf"line 1 of {listed_in} refers to the file .* outside"):
        fill(source="physionet")
    assert not output.exists()
    assert {request.name for request in site.requests} <= {"SHA256SUMS.txt", "RECORDS"}


@pytest.mark.parametrize("text", ["<html>login</html>", f"{SUM[1:]} 100.dat", "\x1f\udc8b"])
def test_checksums_of_another_form_are_rejected(
    fill: Fill, database: Path, output: Path, text: str
) -> None:
    (database / "SHA256SUMS.txt").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=r"line 1 of SHA256SUMS\.txt is .*login"):
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
    with pytest.raises(ValueError, match=rf"{name} is missing in SHA256SUMS\.txt; check the"):
        fill()
    assert not output.exists()


def test_database_without_a_record_is_an_error(fill: Fill, database: Path, output: Path) -> None:
    (database / "RECORDS").write_text("\n")
    write_sums(database)
    with pytest.raises(ValueError, match="RECORDS lists no record"):
        fill()
    assert not output.exists()
