"""Times are known by name and numbers in many languages and units; missing ones do no harm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ecg_tables import FS, check, origin, table, write

from ecgfuse.recordings.open import open_recording


@pytest.mark.parametrize(
    "names",
    [
        *(
            "시간(초),심전도(mV)",
            "측정시간(초),전압(mV)",
            "时间(秒),心电(毫伏)",
            "時間(秒),電圧(mV)",
        ),
        *("Zeit [s],Spannung [mV]", "Temps (s),Tension (mV)", "Tiempo (s),Derivación II (mV)"),
        *("Tempo (s),Tensão (mV)", "время [сек],ЭКГ II (мВ)", "relative time (s),ECG (mV)"),
        *("t,x", "s,mV", "x,y"),
    ],
)
def test_times_and_voltages_are_known_in_many_languages(tmp_path: Path, names: str) -> None:
    rows = table(lambda i, v: f"{i / FS:.3f},{v:.4f}", head=f"{names}\n")
    path = write(tmp_path, rows)
    check(path)
    assert origin(path).column == 2


@pytest.mark.parametrize("name", ["timestamp", "시각", "", "unixtime"])
@pytest.mark.parametrize("per_s", [1, 10**3, 10**6, 10**9])
def test_seconds_since_1970_are_known_in_all_units(tmp_path: Path, name: str, per_s: int) -> None:
    def row(i: int, v: float) -> str:
        whole = 1_700_000_000 * per_s + i * per_s // FS
        return f"{1.7e9 + i / FS:.4f},{v:.4f}" if per_s == 1 else f"{whole},{v:.4f}"

    check(write(tmp_path, table(row, head=f"{name},ecg\n" if name else "")))


@pytest.mark.parametrize(
    "clock",
    [
        lambda t: f"2024-05-01T10:00:{t:09.6f}Z",
        lambda t: f"2024-05-01 10:00:{t:06.3f}+09:00",
        lambda t: f"01/05/2024 10:00:{t:06.3f}",
        lambda t: f"2024. 5. 1. 오후 2:03:{t:06.3f}",
        lambda t: f"10:00:{t:06.3f} PM",
        lambda t: f"10:00:{int(t):02d}:{round(t % 1 * 1000):03d}",
        lambda t: f"2024-05-01,10:00:{t:06.3f}",
    ],
)
def test_dates_and_times_of_day_are_times(tmp_path: Path, clock: Callable[[float], str]) -> None:
    columns = "date,time" if "," in clock(0) else "datetime"
    check(write(tmp_path, table(lambda i, v: f"{clock(i / FS)},{v:.4f}", head=f"{columns},II\n")))


def test_a_day_may_end_during_the_recording(tmp_path: Path) -> None:
    def row(i: int, v: float) -> str:
        s = i / FS - 6
        return (
            f"2024-05-0{1 if s < 0 else 2} {'23:59' if s < 0 else '00:00'}:{s % 60:06.3f},{v:.4f}"
        )

    check(write(tmp_path, table(row, head="datetime,II\n")))


@pytest.mark.parametrize(
    "is_missing",
    [lambda i: i == 5, lambda i: i < 3, lambda i: i > 2990, lambda i: i % 250 > 0],
)
def test_missing_times_are_interpolated(tmp_path: Path, is_missing: Callable[[int], bool]) -> None:
    for clock in (lambda t: f"{t:.3f}", lambda t: f"0:{t:06.3f}"):
        rows = table(
            lambda i, v, c=clock: f"{'' if is_missing(i) else c(i / FS)},{v:.4f}",
            head="time,II\n",
        )
        check(write(tmp_path, rows))


def test_times_that_count_by_one_are_not_guessed(tmp_path: Path) -> None:
    path = write(tmp_path, table(lambda i, v: f"{i},{v:.4f}", head="time,II\n"))
    with pytest.raises(ValueError, match="counts by one, which may be milliseconds or samples"):
        open_recording(path)
    check(path, fs=FS)
    path = write(tmp_path, table(lambda i, v: f"{i},{v:.4f}", head="time (ms),II\n"))
    check(path, rate=1000)


def test_times_with_jitter_are_accepted_beside_a_declared_rate_and_gaps_are_not(
    tmp_path: Path,
) -> None:
    for gap_s, is_read in ((0, True), (5, False)):
        rows = table(
            lambda i, v, gap=gap_s: f"{i // 40 * 40 / FS + gap * (i > 1500):.3f},{v:.4f}",
            head="% Sample Rate = 250 Hz\ntime,II\n",
        )
        path = write(tmp_path, rows)
        if is_read:
            check(path)
        else:
            with pytest.raises(ValueError, match="time column"):
                check(path)
