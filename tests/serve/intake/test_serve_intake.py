"""Uploaded files become recordings, or a sentence says what to do."""

import os
from pathlib import Path

import numpy as np
import pytest
from recording_files import write_csv, write_edf
from recording_files import write_wfdb as write_plain_wfdb
from serve_cases import (
    FS,
    SECONDS,
    heartbeats,
    make_services,
    recording_row,
    send,
    take_in,
    write_beats_csv,
    write_csv_file,
    write_edf_file,
    write_wfdb,
)

from ecgfuse.serve.intake.intake import IntakeOptions, take_in_uploads
from ecgfuse.serve.intake.uploads import UnknownUploadError, create_upload, find_upload
from ecgfuse.serve.services import Services


@pytest.fixture
def services_and_owner(tmp_path: Path) -> tuple[Services, str]:
    return make_services(tmp_path)


def files_of(services: Services, recording_id: str) -> set[str]:
    folder = services.storage.folder_of("recordings", recording_id)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_files_of_all_formats_at_once(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    files = [*write_edf_file(tmp_path), *write_wfdb(tmp_path), *write_csv_file(tmp_path)]
    intake = take_in(services, owner, files, fs=FS)
    assert intake.problems == []
    edf, record, table = intake.recordings
    assert (edf.name, edf.kind, edf.folder) == ("e1", "edf", "files/recording.edf")
    assert (record.name, record.kind, record.folder) == ("r1", "wfdb", "files/r1.hea")
    assert (table.name, table.kind, table.folder) == ("c1", "csv", "files/recording.csv")
    assert record.leads == ["V1", "MLII"]
    assert (record.fs, record.n_samples) == (FS, SECONDS * FS)
    assert (record.has_reference, edf.has_reference) == (True, False)
    assert (table.fs, table.n_samples) == (FS, None)
    assert record.bytes == sum(path.stat().st_size for path in files[1:4])
    assert files_of(services, record.id) == {"files/r1.hea", "files/r1.dat", "files/r1.atr"}
    assert files_of(services, edf.id) == {"files/recording.edf"}
    assert recording_row(services, record.id).owner_id == owner
    assert list(services.storage.ids("uploads")) == []


def test_what_needs_an_answer_can_be_sent_again_with_it(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    (path,) = write_csv_file(tmp_path, name="홍 길동.csv")
    upload_id = send(services, owner, path)

    def again(**options: object) -> str:
        intake = take_in_uploads(
            services,
            owner_id=owner,
            upload_ids=[upload_id],
            options=IntakeOptions(**options),  # type: ignore[arg-type]
        )
        assert len(intake.recordings) + len(intake.problems) == 1
        return intake.problems[0].detail if intake.problems else ""

    assert again() == 'declares no sampling rate; set the field "Sampling rate", such as 250'
    assert "Hz" in again(fs=5.0)
    assert again(fs=360, lead="V9").startswith("there is no lead 'V9'; it has 1 II, 2 V1")
    assert "must be mV, uV, V or nV" in again(fs=360, units="bananas")
    assert list(services.storage.ids("recordings")) == []
    assert again(fs=360, lead="V1") == ""
    with pytest.raises(UnknownUploadError):
        find_upload(services, owner_id=owner, upload_id=upload_id)


def test_one_bad_file_does_not_spoil_the_others(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    good = write_wfdb(tmp_path, "good")
    cut = write_wfdb(tmp_path, "cut")
    cut[1].write_bytes(cut[1].read_bytes()[:100])
    text, packed, binary = (tmp_path / name for name in ("a.csv", "b.csv", "c.edf"))
    text.write_text("These are no numbers, but words.\n" * 9)
    packed.write_bytes(b"PK\x03\x04" + bytes(99))
    binary.write_bytes(os.urandom(5000))
    intake = take_in(services, owner, [*cut, text, packed, *good, binary], fs=360)
    assert [row.name for row in intake.recordings] == ["good"]
    details = {problem.file: problem.detail for problem in intake.problems}
    assert set(details) == {"cut.hea", "a.csv", "b.csv", "c.edf"}
    assert "the signal file 'cut.dat' has" in details["cut.hea"]
    assert "is an archive" in details["b.csv"]
    assert str(tmp_path) not in "".join(details.values())
    assert "recording." not in details["a.csv"]
    assert len(list(services.storage.ids("recordings"))) == 1


def test_unfinished_and_repeated_uploads_are_named(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    first, second = write_edf_file(tmp_path, "a.edf") * 2
    part = create_upload(services, owner_id=owner, name="p.edf", size=10)
    ids = [send(services, owner, first), send(services, owner, second, name="A.EDF"), part.id]
    intake = take_in_uploads(
        services, owner_id=owner, upload_ids=[*ids, ids[0]], options=IntakeOptions()
    )
    assert [row.name for row in intake.recordings] == ["a"]
    assert {problem.file: problem.detail.split(";")[0] for problem in intake.problems} == {
        "A.EDF": "was chosen twice",
        "p.edf": "has not arrived completely (0 of 10 bytes)",
    }


def test_uploads_of_others_are_unknown(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    upload_id = send(services, owner, write_edf_file(tmp_path)[0])
    with pytest.raises(UnknownUploadError):
        take_in_uploads(
            services, owner_id="x" * 22, upload_ids=[upload_id], options=IntakeOptions()
        )


def test_single_beats_are_known_by_their_width_and_labels_by_the_person(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    with_labels = write_beats_csv(tmp_path / "with", labels=True)
    (problem,) = take_in(services, owner, [with_labels]).problems
    assert problem.detail == (
        'has 188 columns; say whether one of them is a label, and which (field "Labels")'
    )
    intake = take_in(services, owner, [with_labels], label_column="none")
    assert "one more than the 187 samples" in intake.problems[0].detail
    intake = take_in(services, owner, [with_labels], label_column="last")
    (row,) = intake.recordings
    assert (row.kind, row.has_reference, row.fs) == ("single_beats", True, None)
    without = write_beats_csv(tmp_path / "without", labels=False)
    intake = take_in(services, owner, [without], kind="single_beats", label_column="last")
    assert 'choose "no label"' in intake.problems[0].detail
    intake = take_in(services, owner, [without], kind="single_beats", label_column="none")
    assert intake.recordings[0].has_reference is False


def test_a_table_of_another_width_is_no_table_of_beats(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    path = tmp_path / "b.csv"
    np.savetxt(path, np.random.default_rng(0).random((5, 190)), delimiter=",", fmt="%.4f")
    intake = take_in(services, owner, [path], kind="single_beats", label_column="last")
    assert "has 190 columns, but a table of single beats has 187" in intake.problems[0].detail
    intake = take_in(services, owner, write_edf_file(tmp_path), kind="single_beats")
    assert "no table of single beats" in intake.problems[0].detail


def test_a_short_header_cannot_ask_for_days_of_memory(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    path = write_plain_wfdb(tmp_path, name="g_1", leads={"II": heartbeats()})
    master = tmp_path / "g.hea"
    n = SECONDS * FS
    master.write_text(f"g/2 1 360 {n + 300_000_000}\ng_1 {n}\n~ 300000000\n")
    files = [master, path, path.with_suffix(".dat")]
    intake = take_in(services, owner, files)
    assert "is longer than 175 hours" in intake.problems[0].detail
    master.write_text(f"g/2 1 360 {n + 200_000_000}\ng_1 {n}\n~ 200000000\n")
    services, owner = make_services(tmp_path / "small", quota_gb=0.5)
    intake = take_in(services, owner, files)
    assert "the quota of 0.5 GB has no room" in intake.problems[0].detail
    assert list(services.storage.ids("recordings")) == []


def test_an_edf_file_may_have_reference_annotations(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    write_wfdb(tmp_path, "e1")
    files = [*write_edf_file(tmp_path), tmp_path / "e1.atr"]
    (row,) = take_in(services, owner, files).recordings
    assert row.has_reference
    assert files_of(services, row.id) == {"files/recording.edf", "files/recording.atr"}


def test_hostile_names_in_a_header_stay_inside(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    (header, data, _) = write_wfdb(tmp_path, "r1")
    for name in ("../../r1.dat", "/etc/passwd", "~/r1.dat", "a/b.dat"):
        header.write_text(header.read_text().replace("r1.dat", name))
        intake = take_in(services, owner, [header, data])
        assert intake.recordings == []
        assert "which was not chosen" in intake.problems[0].detail
        header.write_text(header.read_text().replace(name, "r1.dat"))
    assert len(take_in(services, owner, [header, data]).recordings) == 1


def test_edf_without_a_unit_is_taken_with_the_unit_of_the_person(
    tmp_path: Path, services_and_owner: tuple[Services, str]
) -> None:
    services, owner = services_and_owner
    path = write_edf(tmp_path / "u.edf", leads={"ECG II": heartbeats()}, fs=FS, unit="")
    (row,) = take_in(services, owner, [path], units="mV").recordings
    assert row.options == {"units": "mV"}
    path = write_csv(tmp_path / "t.csv", columns={"II": heartbeats()})
    (row,) = take_in(services, owner, [path], fs=360.0, kind="recording").recordings
    assert row.options == {"fs": 360.0, "kind": "recording"}
