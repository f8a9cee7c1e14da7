"""RR intervals over time and against the next one, and beats that alternate (bigeminy)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from ecgfuse.annotate.statistics import known_intervals
from ecgfuse.serve.measures.groups import gap_rows

NORMAL = "N"
ALTERNATIONS = {"bigeminy": 1, "trigeminy": 2}
"""Kind of alternation -> normal beats before each ectopic one."""
ALTERNATION_GROUPS = 3
"""Groups in an episode, at least: N V N V N V is the shortest bigeminy.

No standard defines it. Programs for Holter recordings ask for the pattern three times in a row. On
the reference labels of DS1, three groups contain 97 % of the beats that cardiologists marked as
ventricular bigeminy, and 8 % of the beats found are outside such marks; with two groups 36 % are,
and four groups contain 85 %."""


@dataclass(frozen=True, kw_only=True)
class Tachogram:
    """All known RR intervals of a recording, in order of time."""

    time_s: np.ndarray
    """Time of the beat that ends each interval, (n,)."""
    rr_s: np.ndarray
    """(n,)"""
    next_rr_s: np.ndarray
    """The interval after each, (n,); NaN where it is not known. With `rr_s`, the Poincaré plot."""
    names: np.ndarray
    """Class of the beat that ends each interval, (n,) str."""


def tachogram(beats: pd.DataFrame) -> Tachogram:
    """The RR intervals with a usable signal between their beats.

    Args:
        beats: table of beats, as `Annotator.annotate` returns it.
    """
    rr = known_intervals(beats)
    following = np.append(rr[1:], np.nan)[: len(rr)]
    known = np.isfinite(rr)
    return Tachogram(
        time_s=beats["time_s"].to_numpy()[1:][known],
        rr_s=rr[known],
        next_rr_s=following[known],
        names=beats["class"].to_numpy(dtype=str)[1:][known],
    )


class PoincareAxes(TypedDict):
    """Width and length of the cloud of normal intervals against their next ones."""

    pairs: int
    sd1_s: float
    """Standard deviation across the line of equal intervals: from beat to beat."""
    sd2_s: float
    """Along that line: slower changes."""


def poincare_axes(beats: pd.DataFrame) -> PoincareAxes | None:
    """Axes of the Poincaré plot (Brennan et al. 2001) over pairs of intervals of three N beats.

    Args:
        beats: table of beats.

    Returns:
        None with fewer than two such pairs.
    """
    rr = known_intervals(beats)
    normal = (beats["class"] == NORMAL).to_numpy()
    between = np.where(normal[1:] & normal[:-1], rr, np.nan)
    this, following = between[:-1], between[1:]
    both = np.isfinite(this) & np.isfinite(following)
    if np.count_nonzero(both) < 2:
        return None
    this, following = this[both], following[both]
    return {
        "pairs": len(this),
        "sd1_s": float(np.std(following - this, ddof=1) / np.sqrt(2)),
        "sd2_s": float(np.std(following + this, ddof=1) / np.sqrt(2)),
    }


class Alternation(TypedDict):
    """An episode of ectopic beats at an equal distance among normal ones."""

    kind: str
    """A key of `ALTERNATIONS`."""
    name: str
    """Class of the ectopic beats."""
    start_s: float
    """Time of the first beat, a normal one."""
    end_s: float
    """Time of the last beat, an ectopic one."""
    beats: int
    """Ectopic ones."""


def find_alternations(beats: pd.DataFrame, *, names: Sequence[str]) -> list[Alternation]:
    """Episodes of bigeminy and trigeminy in order of time.

    Beats of other classes, unclassified ones and gaps in the signal end an episode.

    Args:
        beats: table of beats.
        names: the ectopic classes.
    """
    times, found = beats["time_s"].to_numpy(), []
    gaps = gap_rows(beats)
    for name in names:
        text, row_of = _spelled(beats, name=name, gaps=gaps)
        for kind, normals in ALTERNATIONS.items():
            found += [
                Alternation(
                    kind=kind,
                    name=name,
                    start_s=round(float(times[row_of[first]]), 3),
                    end_s=round(float(times[row_of[end - 1]]), 3),
                    beats=(end - first) // (normals + 1),
                )
                for first, end in _episodes(text, normals=normals)
            ]
    return sorted(found, key=lambda episode: (episode["start_s"], episode["kind"]))


def _episodes(text: str, *, normals: int) -> list[tuple[int, int]]:
    """First letter and end of each episode."""
    pattern = f"(?:{'n' * normals}e){{{ALTERNATION_GROUPS},}}"
    return [match.span() for match in re.finditer(pattern, text)]


def _spelled(beats: pd.DataFrame, *, name: str, gaps: np.ndarray) -> tuple[str, np.ndarray]:
    """The beats as text, n normal, e ectopic and - other or a gap, and the row of each letter.

    Args:
        gaps: rows before which the signal is not usable.
    """
    classes = beats["class"].to_numpy()
    letters = np.select([classes == NORMAL, classes == name], ["n", "e"], default="-")
    return "".join(np.insert(letters, gaps, "-")), np.insert(np.arange(len(letters)), gaps, gaps)
