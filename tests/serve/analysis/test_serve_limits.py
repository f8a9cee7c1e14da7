"""An analysis has limits of time and memory, and refuses what exceeds them."""

from pathlib import Path

import pytest

from ecgfuse.serve.analysis.limits import LINE_BYTES, Limits, limits_of, require_short_lines
from ecgfuse.serve.analysis.plain_words import sentence_of
from ecgfuse.serve.settings import Settings

FILE = Path("r1.hea")


def test_a_day_has_room_in_little_memory_and_a_week_in_the_default(tmp_path: Path) -> None:
    small = limits_of(Settings(data=tmp_path, job_memory_gb=1.4))
    assert 24 * 3600 < small.recording_s < 48 * 3600
    assert limits_of(Settings(data=tmp_path)).recording_s > 7 * 24 * 3600


def test_a_recording_is_refused_beyond_the_limit() -> None:
    limits = Limits(recording_s=7200)
    limits.require_length(7200, path=FILE)
    with pytest.raises(ValueError, match=r"^r1.hea: is longer than 2 hours, .*; cut it into short"):
        limits.require_length(7201, path=FILE)
    Limits().require_length(1e12, path=FILE)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("before", [0, 1, 700_000, LINE_BYTES - 1, LINE_BYTES])
def test_a_line_may_be_long_but_not_longer(tmp_path: Path, end: bytes, before: int) -> None:
    path = tmp_path / "t.csv"
    rows = (b"0.1" + end) * (before // (3 + len(end)))
    path.write_bytes(rows + b"1" * LINE_BYTES + end + b"0.2" + end)
    require_short_lines(path)
    path.write_bytes(rows + b"1" * (LINE_BYTES + 1) + end + b"0.2" + end)
    with pytest.raises(ValueError, match=r"line [\d,]+ is longer than 1,048,576 bytes; write the"):
        require_short_lines(path)


def test_other_tables_pass(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for content in (b"", b"1", b"1\n2\n", b"\n" * (3 * LINE_BYTES)):
        path.write_bytes(content)
        require_short_lines(path)


def test_the_number_of_the_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"0.1\n" * 600_000 + b"x" * (2 * LINE_BYTES))
    with pytest.raises(ValueError, match="line 600,001 is longer"):
        require_short_lines(path)


def test_an_array_that_is_written_in_part_means_a_full_disk() -> None:
    error = OSError("1000 requested and 24 written")  # of numpy.save
    assert "the disk of the server is full" in str(sentence_of(error, FILE))
    assert sentence_of(OSError("something else"), FILE) is None
