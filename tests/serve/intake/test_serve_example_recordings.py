"""Examples: synthetic ones say so, and those of a folder are copied whole."""

from pathlib import Path

import pytest
from recording_files import wave, write_edf
from recording_files import write_wfdb as write_plain
from serve_cases import make_services, write_wfdb

from ecgfuse.recordings.open import open_recording
from ecgfuse.serve.intake.examples import list_examples, synthetic_files, take_in_example
from ecgfuse.serve.settings import Settings


def test_synthetic_examples_are_named_so_and_are_not_records_of_mitdb(tmp_path: Path) -> None:
    examples = list_examples(Settings(data=tmp_path))
    assert all(one.synthetic for one in examples)
    for one in examples:
        assert one.title.startswith("Synthetic")
        files = synthetic_files(one.name, folder=tmp_path / "examples")
        assert all(path.stem == one.name for path in files)
        for path in files:
            if path.suffix == ".hea":
                text = path.read_text()
                assert "not a recording of a person" in text
                assert text.startswith(f"{one.name} ")
                recording = open_recording(path)
                assert recording.n_samples == (one.duration_s or 0) * recording.fs
        assert sum(path.stat().st_size for path in files) < 1_000_000


def test_every_example_can_be_taken_in_twice(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    kinds = []
    for one in list_examples(services.settings):
        for _ in range(2):
            intake = take_in_example(services, owner_id=owner, name=one.name)
            assert intake.problems == []
            (row,) = intake.recordings
        kinds.append((row.kind, row.has_reference))
    assert kinds == [("wfdb", True)] * 3 + [("single_beats", True)]
    with pytest.raises(KeyError):
        take_in_example(services, owner_id=owner, name="../../etc")


def test_recordings_of_a_folder_are_copied_with_all_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    write_wfdb(folder, "r1")
    write_edf(folder / "e1.edf")
    write_plain(folder, name="s_1", leads={"II": wave(1200)})
    (folder / "s.hea").write_text("s/1 1 360 1200\ns_1 1200\n")
    (folder / "notes.txt").write_text("not a recording")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    services, owner = make_services(tmp_path, examples=folder)
    own = [one for one in list_examples(services.settings) if not one.synthetic]
    assert [one.title for one in own] == ["e1", "r1", "s"]
    assert [one.duration_s for one in own] == pytest.approx([10, 20, 1200 / 360])
    stored = []
    for one in own:
        intake = take_in_example(services, owner_id=owner, name=one.name)
        (row,) = intake.recordings
        home = services.storage.folder_of("recordings", row.id) / "files"
        stored.append({path.name for path in home.iterdir()})
    assert stored == [
        {"recording.edf"},
        {"r1.hea", "r1.dat", "r1.atr"},
        {"s.hea", "s_1.hea", "s_1.dat"},
    ]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_without_recordings_offers_none(tmp_path: Path) -> None:
    n_synthetic = len(list_examples(Settings(data=tmp_path)))
    for folder in (tmp_path, tmp_path / "missing"):
        settings = Settings(data=tmp_path, examples=folder)
        assert len(list_examples(settings)) == n_synthetic
