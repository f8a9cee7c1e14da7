"""The beats of an analysis as columns, and one beat with its waveform."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecgfuse.annotate.statistics import known_intervals
from ecgfuse.serve.analysis.attention import BeatAttention, read_attention
from ecgfuse.serve.analysis.pyramid import FOLDER
from ecgfuse.serve.api.columns import as_list
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.finite import finite
from ecgfuse.serve.intake.single_beats import read_waveform
from ecgfuse.serve.measures.beats import places_at, probabilities
from ecgfuse.serve.measures.waveforms import BEFORE_S, Waveform, beat_waveform
from ecgfuse.serve.services import services

if TYPE_CHECKING:
    from ecgfuse.serve.api.answers.labelled import Labelled

MOST_BEATS = 20_000
"""Beats in one answer."""
MOST_BEFORE_S = 1.5
"""Extent of a waveform before the R peak, at most: after a pause the rest of it is left out."""


def beat_columns(
    labelled: "Labelled", *, from_s: float, to_s: float, named: str | None
) -> dict[str, Any]:
    """Beats from a time (included) to a time (excluded), for `BeatsSchema`.

    It ends the request with 422 if there are too many, or if there is no such class.

    Args:
        named: class of the beats; None for all.
    """
    table = labelled.beats
    chosen = _chosen(table, from_s=from_s, to_s=to_s, named=named, labelled=labelled)
    part, reference = table.iloc[chosen], labelled.reference
    return {
        "version": labelled.analysis.version,
        "beats": {
            "sample": part["sample"],
            "time_s": part["time_s"],
            "class_": part["class"],
            "model_class": part["model_class"],
            "p": {name: part[f"p_{name}"] for name in labelled.classes.names},
            "flag": part["flag"],
            "reference": None if reference is None else reference[chosen],
        },
    }


def one_beat(labelled: "Labelled", *, sample: int) -> dict[str, Any]:
    """One beat, for `BeatSchema`; it ends the request with 404 if there is none at the sample."""
    table = labelled.beats
    row = row_of(table, sample=sample)
    if row is None:
        refuse(404, f"there is no beat at sample {sample}; take one of the list of beats")
    one, reference = table.iloc[row], labelled.reference
    rr = np.concatenate([[np.nan], known_intervals(table), [np.nan]])
    if labelled.is_single_beats:
        rr[:] = np.nan
    found = probabilities(table.iloc[row : row + 1])[0]
    attention = read_attention(labelled.folder, row=row)
    return {
        "sample": sample,
        "time_s": float(one["time_s"]),
        "class_": one["class"],
        "model_class": one["model_class"],
        "p": dict(zip(labelled.classes.names, as_list(found, digits=4), strict=True)),
        "flag": one["flag"],
        "reference": None if reference is None else str(reference[row]),
        "rr_before_s": finite(float(rr[row])),
        "rr_after_s": finite(float(rr[row + 1])),
        "waveform": _waveform(labelled, sample=sample, attention=attention),
        "attention": attention,
    }


def row_of(table: pd.DataFrame, *, sample: int) -> int | None:
    """Row of the beat at a sample; None if there is none."""
    samples = table["sample"].to_numpy()
    if len(samples) == 0 or not 0 <= sample <= int(samples[-1]):
        return None
    row = int(np.searchsorted(samples, sample))
    return row if samples[row] == sample else None


def _chosen(
    table: pd.DataFrame, *, from_s: float, to_s: float, named: str | None, labelled: "Labelled"
) -> np.ndarray:
    """Rows of the beats asked for."""
    if named not in (None, *labelled.classes.columns):
        refuse(422, f"class {named!r} is none of {', '.join(labelled.classes.columns)}; use one")
    first, end = np.searchsorted(table["time_s"].to_numpy(), [from_s, to_s])
    rows = np.arange(first, end)
    if named is not None:
        rows = rows[table["class"].to_numpy()[rows] == named]
    if len(rows) > MOST_BEATS:
        refuse(
            422,
            f"these are {len(rows):,} beats, but one answer has at most {MOST_BEATS:,}; ask for a "
            "shorter time by from_s and to_s",
        )
    return rows


def _waveform(labelled: "Labelled", *, sample: int, attention: BeatAttention | None) -> Waveform:
    """The filtered lead around a beat, or a row of single beats, which has no unit.

    Args:
        attention: what the network attended to is part of the waveform.
    """
    if labelled.is_single_beats:
        folder = services().storage.folder_of("recordings", labelled.recording.id) / FOLDER
        t_s, values = read_waveform(folder, row=sample)
        return Waveform(t_s=t_s, mv=values, n=1)
    result = labelled.result
    place = int(places_at(np.array([sample]), file_fs=labelled.fs, fs=result.filtered_fs)[0])
    begin_s = 0.0 if attention is None else float(attention.t_s[0])
    before_s = min(max(BEFORE_S, -begin_s), MOST_BEFORE_S)
    return beat_waveform(result.filtered, fs=result.filtered_fs, place=place, before_s=before_s)
