"""Statistics of a table of beats: counts, burden, couplets and runs, pauses and heart rate."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import AAMI, BeatClasses
from ecgfuse.annotate.quality import IN_RHYTHM, UNCLASSIFIED
from ecgfuse.annotate.summary import BeatSummary, Run

RUN_BEATS = 3
"""Consecutive beats of one class in a run, at least; two are a couplet."""
PAUSE_S = 2.0
"""RR interval of a pause, at least."""

_RATE_BEATS = 8
"""RR intervals averaged for the momentary heart rate."""
_HOUR_S = 3600.0


def summarise_beats(
    beats: pd.DataFrame, *, duration_s: float, classes: BeatClasses = AAMI
) -> BeatSummary:
    """Summarise the beats of a recording.

    An unclassified beat ends a run. An interval without a usable signal counts neither for the
    heart rate nor as a pause.

    Args:
        beats: table of beats, as `Annotator.annotate` returns it.
        duration_s: length of the recording.
        classes: `Annotator.classes`.

    Raises:
        ValueError: a beat is of none of the classes.
    """
    unknown = sorted(set(beats["class"]) - set(classes.columns))
    if unknown:
        raise ValueError(
            f"beats have the class {', '.join(map(str, unknown))}, which is none of "
            f"{', '.join(classes.columns)}; pass classes=annotator.classes of their model"
        )
    beats = beats.fillna({"flag": ""})  # a table read from CSV has NaN there
    counts = count_classes(beats, classes=classes)
    classified = len(beats) - counts[UNCLASSIFIED]
    flags = beats.loc[beats["flag"] != "", "flag"].value_counts().sort_index()
    groups = find_groups(beats, names=classes.grouped)
    rr = known_intervals(beats)
    return {
        "duration_s": round(duration_s, 3),
        "beats": len(beats),
        "counts": counts,
        "burden": {
            name: round(counts[name] / classified, 6) if classified else None
            for name in classes.names[1:]
        },
        "flags": {str(flag): int(n) for flag, n in flags.items()},
        "ectopy": {name: _ectopy(groups, name=name) for name in classes.grouped},
        "runs": find_runs(groups),
        "heart_rate": heart_rate(rr, ends_s=beats["time_s"].to_numpy()[1:]),
        "longest_rr_s": round(float(np.nanmax(rr)), 3) if np.isfinite(rr).any() else None,
        "pauses": find_pauses(beats, rr=rr),
        "hours": count_hours(beats, rr=rr, duration_s=duration_s, classes=classes),
    }


def count_classes(beats: pd.DataFrame, *, classes: BeatClasses) -> dict[str, int]:
    """Number of beats of each class, Q included."""
    return {name: int((beats["class"] == name).sum()) for name in classes.columns}


def find_groups(beats: pd.DataFrame, *, names: Sequence[str] = AAMI.grouped) -> list[Run]:
    """All groups of consecutive beats of one of the named classes, isolated beats included.

    They are in order of time.
    """
    times = beats["time_s"].to_numpy()
    groups, first = [], 0
    for name, members in groupby(beats["class"].tolist()):
        n_beats = sum(1 for _ in members)
        if name in names:
            last = first + n_beats - 1
            span = times[last] - times[first]
            rate = round(60 * (n_beats - 1) / span, 1) if span else float("nan")
            start_s = round(float(times[first]), 3)
            groups.append(Run(name=name, start_s=start_s, beats=n_beats, rate=rate))
        first += n_beats
    return groups


def find_runs(groups: list[Run]) -> list[Run]:
    """Groups of three or more beats, longest first."""
    runs = [group for group in groups if group["beats"] >= RUN_BEATS]
    return sorted(runs, key=lambda run: (-run["beats"], run["start_s"]))


def known_intervals(beats: pd.DataFrame) -> np.ndarray:
    """RR intervals in seconds, (n_beats - 1,); NaN where the signal between is not usable."""
    flags = beats["flag"].to_numpy()
    there = np.isin(flags, IN_RHYTHM)
    known = there[1:] & there[:-1] & (flags[1:] != "gap before") & (flags[:-1] != "gap after")
    return np.where(known, np.diff(beats["time_s"].to_numpy()), np.nan)


def heart_rate(rr: np.ndarray, *, ends_s: np.ndarray) -> dict[str, float | None]:
    """Heart rate in beats per minute: mean, lowest and highest over eight consecutive intervals.

    Args:
        rr: (n,) in seconds; NaN where unknown.
        ends_s: (n,) time at which each interval ends.

    Returns:
        mean, lowest, lowest_at_s, highest and highest_at_s, where the times are the ends of the
        eight intervals; None where there are no such intervals.
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
    """Pauses, longest first: start_s, the time of the beat before, and rr_s."""
    long = np.flatnonzero(rr >= PAUSE_S)  # False for NaN
    order = long[np.argsort(-rr[long], kind="stable")]
    starts = beats["time_s"].to_numpy()
    return [{"start_s": round(float(starts[i]), 3), "rr_s": round(float(rr[i]), 3)} for i in order]


def count_hours(
    beats: pd.DataFrame, *, rr: np.ndarray, duration_s: float, classes: BeatClasses
) -> list[dict[str, float | None]]:
    """Beats by class and mean heart rate of each hour from the start of the recording."""
    hour_of = (beats["time_s"].to_numpy() // _HOUR_S).astype(np.int64)
    hours: list[dict[str, float | None]] = []
    for hour in range(max(1, int(np.ceil(duration_s / _HOUR_S)))):
        inside = rr[(hour_of[1:] == hour) & np.isfinite(rr)]
        hours.append(
            {
                "start_s": hour * _HOUR_S,
                **count_classes(beats[hour_of == hour], classes=classes),
                "heart_rate": _per_minute(inside.mean()) if len(inside) else None,
            }
        )
    return hours


def _ectopy(groups: list[Run], *, name: str) -> dict[str, int]:
    sizes = [group["beats"] for group in groups if group["name"] == name]
    return {
        "single": sizes.count(1),
        "couplets": sizes.count(2),
        "runs": sum(size >= RUN_BEATS for size in sizes),
        "longest_run_beats": max((s for s in sizes if s >= RUN_BEATS), default=0),
    }
