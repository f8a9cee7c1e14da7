"""The overview of an analysis: the whole recording in bins of equal length."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecgfuse.annotate.statistics import known_intervals
from ecgfuse.serve.analysis.pyramid import FOLDER, read_index
from ecgfuse.serve.analysis.windows import read_overview
from ecgfuse.serve.api.answers.numbers import require_recording
from ecgfuse.serve.services import services

if TYPE_CHECKING:
    from ecgfuse.serve.api.answers.labelled import Labelled


def overview_of(labelled: "Labelled", *, bins: int) -> dict[str, Any]:
    """Extremes of the lead, beats by class, heart rate and unusable stretches.

    Args:
        bins: how many; fewer for a very short recording.
    """
    require_recording(labelled)
    folder = services().storage.folder_of("recordings", labelled.recording.id) / FOLDER
    known = read_index(folder).leads
    lead = str(labelled.result.summary["lead"])
    lead = lead if lead in known else known[0]
    found = read_overview(folder, bins=bins, leads=[lead])
    beats = labelled.beats
    return {
        "bins": found.bins,
        "seconds_per_bin": found.seconds_per_bin,
        "counts": count_in_bins(
            beats, names=labelled.classes.columns, bins=found.bins, width_s=found.seconds_per_bin
        ),
        "low": found.leads[lead].low,
        "high": found.leads[lead].high,
        "heart_rate": heart_rates(beats, bins=found.bins, width_s=found.seconds_per_bin),
        "without_signal": [list(span) for span in labelled.result.without_signal],
    }


def count_in_bins(
    beats: pd.DataFrame, *, names: tuple[str, ...], bins: int, width_s: float
) -> dict[str, np.ndarray]:
    """Class -> beats in each bin, (bins,).

    Args:
        beats: table of beats.
        names: the classes.
        bins: number of bins.
        width_s: length of each.
    """
    bin_of = _bins(beats["time_s"].to_numpy(), bins=bins, width_s=width_s)
    classes = beats["class"].to_numpy()
    return {name: np.bincount(bin_of[classes == name], minlength=bins) for name in names}


def heart_rates(beats: pd.DataFrame, *, bins: int, width_s: float) -> np.ndarray:
    """Mean heart rate per minute of the intervals that end in each bin, (bins,); NaN without any.

    Args:
        beats: table of beats.
        bins: number of bins.
        width_s: length of each.
    """
    rr = known_intervals(beats)
    known = np.isfinite(rr)
    bin_of = _bins(beats["time_s"].to_numpy()[1:][known], bins=bins, width_s=width_s)
    n = np.bincount(bin_of, minlength=bins)
    total = np.bincount(bin_of, weights=rr[known], minlength=bins)
    return np.divide(60 * n, total, out=np.full(bins, np.nan), where=n > 0)


def _bins(times_s: np.ndarray, *, bins: int, width_s: float) -> np.ndarray:
    return np.minimum((times_s / width_s).astype(np.int64), bins - 1)
