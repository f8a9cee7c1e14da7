"""Every recording is in one split, and no patient is in two."""

from pathlib import Path

import pytest
from ptbxl_records import write_ptbxl, write_record

from ecgfuse.studies.ssl12.labels import RHYTHMS, UNKNOWN
from ecgfuse.studies.ssl12.recordings_table import list_recordings

ROWS = [
    {"patient": 1, "fold": 1, "codes": {"NORM": 100.0, "SR": 0.0}},
    {"patient": 2, "fold": 9, "codes": {"IMI": 50.0, "AFIB": 0.0}},
    {"patient": 3, "fold": 10, "codes": {"SR": 0.0}},
    {"patient": 4, "fold": 10, "codes": {"NORM": 80.0}},
    {"patient": 4, "fold": 10, "codes": {"AMI": 80.0}},
]


def test_ptbxl_is_split_by_its_folds_except_patients_with_several_recordings(
    tmp_path: Path,
) -> None:
    write_ptbxl(tmp_path, ROWS)
    table = list_recordings("ptb-xl", tmp_path)
    assert table["split"].tolist() == ["train", "valid", "test", "identify", "identify"]
    assert (table.groupby("patient")["split"].nunique() == 1).all()
    assert table["MI"].tolist() == [0, 1, 0, 0, 1]
    assert table["NORM"].tolist() == [1, 0, 0, 1, 0]
    assert [RHYTHMS[i] if i != UNKNOWN else "" for i in table["rhythm"]] == [
        "SR",
        "AFIB",
        "SR",
        "",
        "",
    ]


def test_a_recording_without_a_file_is_left_out(tmp_path: Path) -> None:
    write_ptbxl(tmp_path, ROWS)
    (tmp_path / "records500/00000/00005_hr.hea").unlink()
    table = list_recordings("ptb-xl", tmp_path)
    assert table["split"].tolist() == ["train", "valid", "test", "test"]


@pytest.mark.parametrize("name", ["ptbxl_database.csv", "scp_statements.csv"])
def test_a_missing_table_is_reported_with_its_cure(tmp_path: Path, name: str) -> None:
    write_ptbxl(tmp_path, ROWS)
    (tmp_path / name).unlink()
    cure = r"fetch it again with 'dvc repro --force studies/ssl12/dvc\.yaml:download'"
    with pytest.raises(ValueError, match=rf"{name}: no such file; {cure}"):
        list_recordings("ptb-xl", tmp_path)


def test_recordings_of_the_challenge_have_the_rhythm_of_their_header(tmp_path: Path) -> None:
    folder = tmp_path / "training/cpsc_2018/g1"
    write_record(folder / "A0001", comments=("Age: 74", "Dx: 59118001,164889003"))
    write_record(folder / "A0002", comments=("Dx: 426783006",))
    table = list_recordings("cpsc2018", tmp_path)
    assert table["name"].tolist() == ["A0001", "A0002"]
    assert [RHYTHMS[i] for i in table["rhythm"]] == ["AFIB", "SR"]
    assert (table["NORM"] == UNKNOWN).all()
    assert table["path"].iloc[0] == "training/cpsc_2018/g1/A0001"


def test_the_split_of_a_recording_does_not_depend_on_others(tmp_path: Path) -> None:
    for number in range(40):
        write_record(tmp_path / "a" / f"JS{number:05d}", seconds=0.5)
    for number in range(0, 40, 3):
        write_record(tmp_path / "b" / f"JS{number:05d}", seconds=0.5)
    splits = list_recordings("chapman-shaoxing", tmp_path / "a").set_index("name")["split"]
    of_some = list_recordings("chapman-shaoxing", tmp_path / "b").set_index("name")["split"]
    assert splits[of_some.index].equals(of_some)
    assert set(splits) == {"train", "valid", "test"}


def test_a_damaged_header_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "A0007.hea").write_text("nonsense")
    with pytest.raises(ValueError, match=r"record A0007: the header cannot be read.*download"):
        list_recordings("cpsc2018", tmp_path)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no recording of cpsc2018"):
        list_recordings("cpsc2018", tmp_path)
