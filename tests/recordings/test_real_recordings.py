"""Real recordings are read as by wfdb; skipped without a copy beside the checkout."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from reading import read
from root import ROOT

from ecgfuse.recordings.find import find_recordings
from ecgfuse.recordings.leads import choose_leads
from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.wfdb.header import read_header

DATA = ROOT.parent / "shared" / "data"
RECORDS = [
    *("mitdb/100", "mitdb/102", "mitdb/114", "mitdb/234", "nsrdb/16265", "nstdb/bw", "nstdb/ma"),
    *("svdb/800", "svdb/821", "svdb/894", "ptbxl/records500"),
]

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real databases are not beside the checkout"
)


def records(name: str) -> list[Path]:
    """A record, or the first records below a folder."""
    if (DATA / name).is_dir():
        return sorted((DATA / name).rglob("*.hea"))[:5]
    return [path for path in (DATA / f"{name}.hea",) if path.is_file()]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_as_by_wfdb(name: str) -> None:
    for path in records(name):
        theirs = wfdb.rdrecord(str(path.with_suffix("")))
        recording = open_recording(path)
        assert recording.fs == theirs.fs
        assert recording.n_samples == theirs.sig_len
        np.testing.assert_array_equal(read(path), theirs.p_signal.astype(np.float32))


def test_every_header_of_the_databases_is_read_as_by_wfdb() -> None:
    for path in sorted(DATA.glob("*/*.hea")):
        theirs, ours = wfdb.rdheader(str(path.with_suffix(""))), read_header(path)
        assert (ours.fs, ours.n_frames) == (theirs.fs, theirs.sig_len)
        assert [s.name for s in ours.signals] == theirs.sig_name
        assert [s.gain for s in ours.signals] == theirs.adc_gain  # 200 where a header has 0
        assert [s.baseline for s in ours.signals] == theirs.baseline
        assert [s.checksum for s in ours.signals] == theirs.checksum


def test_uncalibrated_records_are_named() -> None:
    for name, is_calibrated in (("svdb/821", False), ("svdb/800", True), ("nstdb/bw", False)):
        path = DATA / f"{name}.hea"
        if path.is_file():
            recording = open_recording(path)
            assert (recording.warnings_of(recording.leads[0]) == []) == is_calibrated


def test_all_records_of_a_folder_are_found() -> None:
    found = find_recordings([DATA / "mitdb"])
    assert [path.stem for path in found] == sorted(p.stem for p in (DATA / "mitdb").glob("*.hea"))


def test_lead_two_is_chosen_wherever_it_stands() -> None:
    for name, lead in (("100", "MLII"), ("114", "MLII"), ("102", "V5")):
        path = DATA / "mitdb" / name
        leads = open_recording(path).leads
        assert choose_leads(leads, preferred=("II", "V5"), wanted=None, path=path) == [lead]
