"""What a table of beats says of a recording: counts, burden, runs, pauses and heart rate."""

import dataclasses
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from ecgfuse.annotate.quality import IN_RHYTHM, UNJUDGED
from ecgfuse.records.annotations import CLASSES

ECTOPIC = ("S", "V")
RUN_BEATS = 3
"""Beats in a row that make a run; two are a couplet."""
PAUSE_S = 2.0

_RATE_BEATS = 8
"""RR intervals in the mean that is the heart rate of a moment."""
_HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """Beats of one ectopic class in a row."""

    name: str
    """Class: S or V."""
    start_s: float
    """Time of the first of them."""
    beats: int
    rate: float
    """Beats a minute, mean over the run."""


def summarise_beats(beats: pd.DataFrame, *, duration_s: float) -> dict[str, Any]:
    """Plain values that tell what was found, for people and for JSON.

    A beat that cannot be judged ends a run, and an interval that has no usable signal in it counts
    neither for the heart rate nor as a pause.

    Args:
        beats: as `Annotator.annotate` gives it.
        duration_s: of the recording.

    Returns:
        beats; counts by class and of Q; burden, the share of S, V and F among the judged beats;
        flags, how many beats cannot be judged for which reason; ectopy, single beats, couplets and
        runs of S and V; runs, the longest first; heart_rate with mean, lowest and highest a minute
        and when they were; longest_rr_s; pauses of two seconds and more, the longest first; and
        hours, each with its counts and mean heart rate. None where there is nothing to divide by.
    """
    beats = beats.fillna({"flag": ""})  # of a table that was read from its file
    counts = count_classes(beats)
    judged = len(beats) - counts[UNJUDGED]
    flags = beats.loc[beats["flag"] != "", "flag"].value_counts().sort_index()
    groups = find_groups(beats)
    rr = known_intervals(beats)
    return {
        "duration_s": round(duration_s, 3),
        "beats": len(beats),
        "counts": counts,
        "burden": {
            name: round(counts[name] / judged, 6) if judged else None for name in CLASSES[1:]
        },
        "flags": {str(flag): int(n) for flag, n in flags.items()},
        "ectopy": {name: _ectopy(groups, name=name) for name in ECTOPIC},
        "runs": [dataclasses.asdict(run) for run in find_runs(groups)],
        "heart_rate": heart_rate(rr, ends_s=beats["time_s"].to_numpy()[1:]),
        "longest_rr_s": round(float(np.nanmax(rr)), 3) if np.isfinite(rr).any() else None,
        "pauses": find_pauses(beats, rr=rr),
        "hours": count_hours(beats, rr=rr, duration_s=duration_s),
    }


def count_classes(beats: pd.DataFrame) -> dict[str, int]:
    """How many beats have each class, or none."""
    return {name: int((beats["class"] == name).sum()) for name in (*CLASSES, UNJUDGED)}


def find_groups(beats: pd.DataFrame) -> list[Run]:
    """All beats of S and of V in a row, single ones and couplets among them, in order of time."""
    names, times = beats["class"].tolist(), beats["time_s"].to_numpy()
    groups, first = [], 0
    for name, members in groupby(names):
        n_beats = sum(1 for _ in members)
        if name in ECTOPIC:
            last = first + n_beats - 1
            span = times[last] - times[first]
            rate = round(60 * (n_beats - 1) / span, 1) if span else float("nan")
            start_s = round(float(times[first]), 3)
            groups.append(Run(name=name, start_s=start_s, beats=n_beats, rate=rate))
        first += n_beats
    return groups


def find_runs(groups: list[Run]) -> list[Run]:
    """Those of three or more beats in a row, the longest first."""
    runs = [group for group in groups if group.beats >= RUN_BEATS]
    return sorted(runs, key=lambda run: (-run.beats, run.start_s))


def known_intervals(beats: pd.DataFrame) -> np.ndarray:
    """RR intervals in seconds, (n_beats - 1,); NaN where no usable signal lies between the two."""
    flags = beats["flag"].to_numpy()
    there = np.isin(flags, IN_RHYTHM)
    known = there[1:] & there[:-1] & (flags[1:] != "gap before") & (flags[:-1] != "gap after")
    return np.where(known, np.diff(beats["time_s"].to_numpy()), np.nan)


def heart_rate(rr: np.ndarray, *, ends_s: np.ndarray) -> dict[str, float | None]:
    """Beats a minute: mean, and the lowest and highest mean over eight intervals in a row.

    Args:
        rr: (n,) in seconds; NaN is not known.
        ends_s: (n,) time at which each ends.

    Returns:
        mean, lowest, lowest_at_s, highest and highest_at_s, the time at which the eight end; None
        where there are no such intervals.
    """
    rates: dict[str, float | None] = dict.fromkeys(
        ("mean", "lowest", "lowest_at_s", "highest", "highest_at_s")
    )
    if not np.isfinite(rr).any():
        return rates
    rates["mean"] = _per_minute(np.nanmean(rr))
    if len(rr) < _RATE_BEATS:
        return rates
    local = np.convolve(rr, np.full(_RATE_BEATS, 1 / _RATE_BEATS), mode="valid")
    if np.isfinite(local).any():
        for name, at in (("lowest", np.nanargmax(local)), ("highest", np.nanargmin(local))):
            rates[name] = _per_minute(local[at])
            rates[f"{name}_at_s"] = round(float(ends_s[at + _RATE_BEATS - 1]), 3)
    return rates


def _per_minute(rr: float) -> float:
    return round(60 / float(rr), 1)


def find_pauses(beats: pd.DataFrame, *, rr: np.ndarray) -> list[dict[str, float]]:
    """start_s, of the beat before, and rr_s of each pause, the longest first."""
    long = np.flatnonzero(rr >= PAUSE_S)  # never where rr is not known
    order = long[np.argsort(-rr[long], kind="stable")]
    starts = beats["time_s"].to_numpy()
    return [{"start_s": round(float(starts[i]), 3), "rr_s": round(float(rr[i]), 3)} for i in order]


def count_hours(beats: pd.DataFrame, *, rr: np.ndarray, duration_s: float) -> list[dict[str, Any]]:
    """Counts by class and the mean heart rate of each hour since the begin."""
    hour_of = (beats["time_s"].to_numpy() // _HOUR_S).astype(np.int64)
    hours = []
    for hour in range(max(1, int(np.ceil(duration_s / _HOUR_S)))):
        inside = rr[(hour_of[1:] == hour) & np.isfinite(rr)]
        hours.append(
            {
                "start_s": hour * _HOUR_S,
                **count_classes(beats[hour_of == hour]),
                "heart_rate": _per_minute(inside.mean()) if len(inside) else None,
            }
        )
    return hours


def _ectopy(groups: list[Run], *, name: str) -> dict[str, int]:
    sizes = [group.beats for group in groups if group.name == name]
    return {
        "single": sizes.count(1),
        "couplets": sizes.count(2),
        "runs": sum(size >= RUN_BEATS for size in sizes),
        "longest_run_beats": max((s for s in sizes if s >= RUN_BEATS), default=0),
    }
