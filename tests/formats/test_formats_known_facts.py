"""Real recordings are read as wfdb reads them; without them beside the checkout it is skipped."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from reading import read

from ecgfuse.formats.find import find_recordings
from ecgfuse.formats.lead import choose_leads
from ecgfuse.formats.open import open_recording
from ecgfuse.formats.wfdb_header import read_header

DATA = Path(__file__).parents[2].parent / "shared" / "data"
RECORDS = [
    *("mitdb/100", "mitdb/102", "mitdb/114", "mitdb/234", "nsrdb/16265", "nstdb/em"),
    *("ptbxl/records500",),
]

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real databases are not beside the checkout"
)


def records(name: str) -> list[Path]:
    """A record, or the first ones of a folder of folders."""
    if (DATA / name).is_dir():
        return sorted((DATA / name).rglob("*.hea"))[:5]
    return [path for path in (DATA / f"{name}.hea",) if path.is_file()]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_as_wfdb_does(name: str) -> None:
    for path in records(name):
        theirs = wfdb.rdrecord(str(path.with_suffix("")))
        recording = open_recording(path)
        assert recording.fs == theirs.fs
        assert recording.n_samples == theirs.sig_len
        np.testing.assert_array_equal(read(path), theirs.p_signal.astype(np.float32))


def test_every_header_of_the_databases_is_read_as_wfdb_does() -> None:
    for path in sorted((DATA / "mitdb").glob("*.hea")):
        theirs, ours = wfdb.rdheader(str(path.with_suffix(""))), read_header(path)
        assert (ours.fs, ours.n_frames) == (theirs.fs, theirs.sig_len)
        assert [s.name for s in ours.signals] == theirs.sig_name
        assert [s.gain for s in ours.signals] == theirs.adc_gain
        assert [s.baseline for s in ours.signals] == theirs.baseline
        assert [s.checksum for s in ours.signals] == theirs.checksum


def test_all_records_of_a_folder_are_found() -> None:
    found = find_recordings([DATA / "mitdb"])
    assert [path.stem for path in found] == sorted(p.stem for p in (DATA / "mitdb").glob("*.hea"))


def test_lead_two_is_chosen_wherever_it_stands() -> None:
    for name, lead in (("100", "MLII"), ("114", "MLII"), ("102", "V5")):
        path = DATA / "mitdb" / name
        leads = open_recording(path).leads
        assert choose_leads(leads, preferred=("II", "V5"), wanted=None, path=path) == [lead]
