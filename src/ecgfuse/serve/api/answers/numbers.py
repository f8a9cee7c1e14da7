"""Numbers of an analysis: summary, RR intervals, median beats, reference, and places to jump to."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecgfuse.annotate.quality import UNCLASSIFIED
from ecgfuse.serve.analysis.result import REFERENCE
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.finite import finite
from ecgfuse.serve.measures.beats import classes_of
from ecgfuse.serve.measures.jumps import MISMATCH, PLACES, next_place, places_of
from ecgfuse.serve.measures.reference import ec57_tables
from ecgfuse.serve.measures.rhythm import poincare_axes, tachogram
from ecgfuse.serve.measures.summary import corrected_counts, corrected_summary
from ecgfuse.serve.measures.waveforms import Waveform, median_beats

if TYPE_CHECKING:
    from ecgfuse.serve.api.answers.labelled import Labelled


def summary(labelled: "Labelled") -> Any:
    """The summary from corrected labels, as plain JSON."""
    of_model, beats = labelled.result.summary, labelled.beats
    if labelled.is_single_beats:
        return finite(corrected_counts(of_model, beats=beats))
    return finite(corrected_summary(of_model, beats=beats, duration_s=labelled.duration_s))


def rr_intervals(labelled: "Labelled") -> dict[str, Any]:
    """All RR intervals with a usable signal, for `RRSchema`."""
    require_recording(labelled)
    beats = labelled.beats
    found = tachogram(beats)
    return {
        "time_s": found.time_s,
        "rr_s": found.rr_s,
        "next_rr_s": found.next_rr_s,
        "class_": found.names,
        "poincare": poincare_axes(beats),
    }


def medians(labelled: "Labelled") -> dict[str, Waveform]:
    """Class -> its median beat."""
    require_recording(labelled)
    result = labelled.result
    return median_beats(
        result.filtered, fs=result.filtered_fs, beats=labelled.beats, file_fs=labelled.fs
    )


def against_reference(labelled: "Labelled") -> dict[str, Any]:
    """The labels against the reference, for `ReferenceSchema`; 404 without one."""
    if labelled.is_single_beats and labelled.reference is not None:
        return _against_labels(labelled.beats)
    comparison = labelled.comparison
    if comparison is None:
        refuse(404, "the recording has no reference labels; upload it with its .atr file")
    return {
        "ec57": finite(ec57_tables(comparison, duration_s=labelled.duration_s)),
        "confusion": None,
        "mismatches": comparison.mismatches().tolist(),
        "missed": comparison.missed().tolist(),
        "extra": comparison.extra().tolist(),
    }


def next_of(labelled: "Labelled", *, kind: str, from_s: float, direction: int) -> dict[str, Any]:
    """The next or previous place of a kind, for `PlaceSchema`; 404 if there is none."""
    samples = _places(labelled, labelled.beats, kind=kind)
    found = next_place(samples, from_sample=from_s * labelled.fs, direction=direction)
    if found is None:
        side = "after" if direction > 0 else "before"
        refuse(404, f"there is no {kind} {side} {from_s:g} s")
    return {"time_s": round(found / labelled.fs, 6), "sample": found, "kind": kind}


def require_recording(labelled: "Labelled") -> None:
    """End the request with 404 for single beats."""
    if labelled.is_single_beats:
        refuse(404, "single beats have no rhythm and no recording; ask for one beat by its row")


def _places(labelled: "Labelled", beats: pd.DataFrame, *, kind: str) -> np.ndarray:
    if kind == MISMATCH and labelled.reference is None:
        return np.empty(0, np.int64)
    if kind == MISMATCH:
        comparison = labelled.comparison
        return _wrong_rows(beats) if comparison is None else comparison.mismatches()
    of_rhythm = [] if labelled.is_single_beats else list(PLACES)
    allowed = [*labelled.classes.columns, *of_rhythm]
    if kind not in allowed:
        refuse(422, f"class {kind!r} is none of {', '.join([*allowed, MISMATCH])}; use one")
    return places_of(beats, kind=kind)


def _against_labels(beats: pd.DataFrame) -> dict[str, Any]:
    """Single beats against the labels of their table."""
    found = pd.crosstab(beats[REFERENCE], beats["class"])
    names = [
        name for name in classes_of(beats).columns if name != UNCLASSIFIED or name in found.columns
    ]
    counts = found.reindex(index=names, columns=names, fill_value=0)
    return {
        "ec57": None,
        "confusion": {"classes": names, "counts": counts.to_numpy().tolist()},
        "mismatches": _wrong_rows(beats).tolist(),
        "missed": [],
        "extra": [],
    }


def _wrong_rows(beats: pd.DataFrame) -> np.ndarray:
    """Rows whose class is another than their label; an unclassified beat claims none."""
    wrong = (beats[REFERENCE] != beats["class"]) & (beats["class"] != UNCLASSIFIED)
    return beats["sample"].to_numpy()[wrong.to_numpy()]
