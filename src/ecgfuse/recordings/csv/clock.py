"""Times of day, elapsed times and dates in cells -> seconds."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.recordings.recording import shown

_CLOCK = re.compile(
    r"(?P<noon>[AaPp]\.?[Mm]\.?|오전|오후)?\s*(?<![\d])"
    r"(?P<a>\d{1,4}):(?P<b>\d{1,2})(?::(?P<c>\d{1,2}))?(?:[.,:](?P<d>\d{1,9}))?"
    r"(?:\s*(?P<noon2>[AaPp]\.?[Mm]\.?))?"
)
_DAY_S = 86_400.0


def is_clock(cell: str) -> bool:
    """Whether a cell contains a time such as "0:00.003" or "2024-05-01T10:15:30.004"."""
    return len(cell) <= 64 and _CLOCK.search(cell) is not None


def clock_seconds(cells: pd.Series, *, path: Path) -> np.ndarray:
    """Cells with times -> seconds (n,), NaN if missing.

    Minutes and seconds, or hours, minutes and seconds; a date around them is ignored, since the
    next day begins where the time falls by half a day or more.

    Raises:
        ValueError: a cell is not a time.
    """
    texts = cells.astype("string").str.slice(0, 64)
    parts = texts.str.extract(_CLOCK)
    a, b, c = (
        pd.to_numeric(parts[key]).to_numpy(dtype=np.float64, na_value=np.nan) for key in "abc"
    )
    decimals = pd.to_numeric("0." + parts["d"]).to_numpy(dtype=np.float64, na_value=np.nan)
    seconds = np.where(np.isnan(c), a * 60 + b, (a * 60 + b) * 60 + c) + np.nan_to_num(decimals)
    is_bad = np.isnan(seconds) & texts.notna().to_numpy() & (texts != "").to_numpy(na_value=False)
    if is_bad.any():
        raise ValueError(
            f"{path}: the time {shown(cells[is_bad].iloc[0], length=40)!r} is not a number; set "
            "the sampling rate with --fs"
        )
    noon = parts["noon"].fillna(parts["noon2"]).str.lower()
    if noon.notna().any():
        is_pm = noon.str.startswith(("p", "오후")).fillna(False).to_numpy(dtype=bool)
        is_am = noon.notna().to_numpy() & ~is_pm
        seconds = seconds + np.where(is_pm & (a < 12), _DAY_S / 2, 0)
        seconds = seconds - np.where(is_am & (a == 12), _DAY_S / 2, 0)
    return seconds


def unwrap_days(seconds: np.ndarray, *, before: float | None) -> np.ndarray:
    """Times of day (n,) -> times that go on at midnight.

    Args:
        before: the last such time of the lines before, if any.
    """
    present = np.isfinite(seconds)
    times = seconds[present]
    first = times[:1] if before is None else np.array([before])
    falls = np.diff(np.concatenate([first, times]))
    days = np.cumsum(np.where(falls < -_DAY_S / 2, np.ceil(-falls / _DAY_S - 0.5), 0.0))
    unwrapped = np.full(len(seconds), np.nan)
    unwrapped[present] = times + days * _DAY_S
    return unwrapped
