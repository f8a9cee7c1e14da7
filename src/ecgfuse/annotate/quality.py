"""Signal quality: which segments of a lead, and which beats, are unusable, and why.

The rules look at the signal only. Their limits were set on DS1, where 7 of 45,866 N, 1 of 3,788 V
and none of the 944 S and 415 F reference beats are rejected as noise.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.ndimage import uniform_filter1d

from ecgfuse.annotate.lead import Lead, join_spans, runs
from ecgfuse.ood.quality import Fault
from ecgfuse.preprocess.segments import cut_around

UNCLASSIFIED = "Q"
"""Class of a beat that cannot be classified; also its WFDB code."""
Flag = Literal["", "no signal", "flat", "saturated", "noise", "gap before", "gap after", "edge"]
"""Why a beat is not classified; empty if it is. Models of single beats add UNFAMILIAR."""
UNFAMILIAR = "unfamiliar"
"""Flag of a beat that is unlike those of training; with a fault that no heartbeat has behind it,
such as "unfamiliar: clipped"."""
IN_RHYTHM = (
    *("", "edge", "gap before", "gap after", UNFAMILIAR),
    *(f"{UNFAMILIAR}: {fault}" for fault in get_args(Fault) if fault),
)
"""Flags of beats with a usable signal, which are part of the rhythm, classified or not."""

_FLAT_MV = 0.005  # below the amplifier noise during a pause
_FLAT_SHARE = 0.05  # of the range of the lead, if lower: an ECG in the wrong unit is not flat
_FLAT_BLOCK_S = 0.25
_FLAT_BLOCKS = 8  # consecutive: two seconds
_RAIL_SHARE = 0.0005  # tolerance at both ends of the range, as a fraction of the range
_RAIL_S = 0.05  # longer than the tip of an R wave
QRS_S = 0.1
"""Extent of the QRS complex on each side of the R peak."""
_BEFORE_S, _AFTER_S = 0.35, 0.4  # from the R peak: what a model sees of the beat itself
_SMOOTH_S = 0.025
_FINE_LIMIT = 0.25
"""RMS noise above 20 Hz between QRS complexes, relative to the QRS amplitude."""
_COARSE_LIMIT = 1.5
"""Peak-to-peak amplitude between QRS complexes, relative to the QRS amplitude."""
_TALLEST = 1.5
"""Cap on a beat's own QRS amplitude, in multiples of the median. A ventricular beat is broader and
taller than others and may swing more, but slow noise would inflate the amplitude of any beat."""
_BLOCK = 4096  # beats at a time


@dataclass(frozen=True)
class BadSpans:
    """Segments of a lead without a usable signal."""

    spans: np.ndarray
    """First sample and end, (n_spans, 2) int64, sorted by first sample; they may overlap."""
    reasons: np.ndarray
    """(n_spans,) str: no signal, flat or saturated."""

    def overlapping(self, first: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Index of the first span that overlaps each [first, end), (n,) int64; -1 for none."""
        if len(self.spans) == 0:
            return np.full(len(first), -1)
        # Spans may be nested: search how far the spans up to each one reach.
        reach = np.maximum.accumulate(self.spans[:, 1])
        index = np.searchsorted(reach, first, side="right")
        inside = np.minimum(index, len(self.spans) - 1)
        touches = (index < len(self.spans)) & (self.spans[inside, 0] < end)
        return np.where(touches, inside, -1)

    def seconds(self, *, fs: float) -> dict[str, float]:
        """Reason -> seconds without a usable signal."""
        lengths = (self.spans[:, 1] - self.spans[:, 0]) / fs
        return {
            str(reason): round(float(lengths[self.reasons == reason].sum()), 3)
            for reason in np.unique(self.reasons)
        }

    def silent(self) -> np.ndarray:
        """First sample and end of gaps and flat lines, (n, 2), sorted and disjoint."""
        return join_spans(self.spans[self.reasons != "saturated"])

    def usable(self, n_samples: int, *, least: int) -> list[tuple[int, int]]:
        """First sample and end of each segment of at least `least` samples between silent spans."""
        silent = self.silent()
        firsts = np.concatenate([[0], silent[:, 1]])
        ends = np.concatenate([silent[:, 0], [n_samples]])
        pairs = zip(firsts.tolist(), ends.tolist(), strict=True)
        return [(first, end) for first, end in pairs if end - first >= least]


def find_bad_spans(lead: Lead) -> BadSpans:
    """Find gaps, flat lines of two seconds or more, and saturation at the ends of the range.

    Overlapping spans are all listed, sorted by first sample.
    """
    parts = {
        "no signal": lead.gaps,
        "flat": _flat_spans(lead.signal, gaps=lead.gaps, fs=lead.fs),
        "saturated": _saturated_spans(lead.signal, fs=lead.fs),
    }
    spans = np.concatenate(list(parts.values()))
    reasons = np.repeat(list(parts), [len(part) for part in parts.values()])
    order = np.argsort(spans[:, 0], kind="stable")
    return BadSpans(spans=spans[order], reasons=reasons[order])


def _flat_spans(signal: np.ndarray, *, gaps: np.ndarray, fs: float) -> np.ndarray:
    size = round(_FLAT_BLOCK_S * fs)
    blocks = signal[: len(signal) // size * size].reshape(-1, size)
    lead_range = float(np.ptp(signal)) if len(signal) else 0.0
    limit = min(_FLAT_MV, _FLAT_SHARE * lead_range) or _FLAT_MV  # a constant lead is flat
    flat = np.ptp(blocks, axis=1) < limit
    for first, end in gaps.tolist():  # an interpolated gap is not a flat line
        flat[first // size : -(-end // size)] = False
    spans = runs(flat)
    return spans[spans[:, 1] - spans[:, 0] >= _FLAT_BLOCKS] * size


def _saturated_spans(signal: np.ndarray, *, fs: float) -> np.ndarray:
    if len(signal) == 0:
        return np.empty((0, 2), dtype=np.int64)
    low, high = float(signal.min()), float(signal.max())
    near = _RAIL_SHARE * (high - low)
    at_rail = (signal <= low + near) | (signal >= high - near)
    spans = runs(at_rail)
    return spans[spans[:, 1] - spans[:, 0] >= _RAIL_S * fs]


def flag_beats(
    filtered: np.ndarray, *, r_peaks: np.ndarray, bad: BadSpans, fs: float, causal: bool = False
) -> np.ndarray:
    """Why each beat cannot be classified, (n_beats,) str; empty if it can.

    Classification needs the signal around the beat and the RR intervals before and after it. An
    interval is unknown if the neighbouring beat is unusable or if there is an unusable segment in
    between: "gap before" or "gap after". The first and the last usable beat lack an interval on
    one side: "edge".

    Args:
        filtered: (n_samples,) in mV, as `filter_signal` returns.
        r_peaks: (n_beats,) in samples.
        causal: the interval after a beat is not needed.
    """
    flags = np.full(len(r_peaks), "", dtype="<U10")
    touched = bad.overlapping(r_peaks - round(_BEFORE_S * fs), r_peaks + round(_AFTER_S * fs))
    flags[find_noisy_beats(filtered, r_peaks=r_peaks, fs=fs)] = "noise"
    flags[touched >= 0] = bad.reasons[touched[touched >= 0]]
    left = np.flatnonzero(flags == "")
    between = bad.overlapping(r_peaks[left[:-1]], r_peaks[left[1:]]) >= 0
    broken = (np.diff(left) > 1) | between
    if not causal:
        flags[left[:-1][broken]] = "gap after"
    flags[left[1:][broken]] = "gap before"
    ends = left[[0, -1]] if len(left) else left
    flags[ends[flags[ends] == ""]] = "edge"
    return flags


def find_noisy_beats(filtered: np.ndarray, *, r_peaks: np.ndarray, fs: float) -> np.ndarray:
    """Beats with as much activity around them as in a QRS complex, (n_beats,) bool.

    Args:
        filtered: (n_samples,) in mV, band-passed, baseline removed.
        r_peaks: (n_beats,) in samples.
    """
    if len(r_peaks) == 0:
        return np.zeros(0, dtype=bool)
    measured = [
        _measure(filtered, r_peaks=r_peaks, block=slice(first, first + _BLOCK), fs=fs)
        for first in range(0, len(r_peaks), _BLOCK)
    ]
    height, swing, fine = np.concatenate(measured, axis=1)  # (n_beats,) each
    usual = np.median(height)
    height = np.clip(height, usual, _TALLEST * usual)
    return (swing > _COARSE_LIMIT * height) | (fine > _FINE_LIMIT * height)


def _measure(filtered: np.ndarray, *, r_peaks: np.ndarray, block: slice, fs: float) -> np.ndarray:
    """QRS amplitude, and swing and fine noise between QRS complexes, in mV, (3, n_beats)."""
    before, after, half_qrs = (round(s * fs) for s in (_BEFORE_S, _AFTER_S, QRS_S))
    offsets = np.arange(-before, after)
    windows = cut_around(filtered, r_peaks=r_peaks[block], offsets=offsets)
    far = np.iinfo(np.int64).max // 2
    neighbours = np.concatenate([[-far], r_peaks, [far]])
    between = np.abs(offsets) > half_qrs
    for shift in (0, 2):  # exclude the QRS complexes of both neighbours
        distance = (neighbours[shift : shift + len(r_peaks)] - r_peaks)[block, None]
        between = between & (np.abs(offsets - distance) > half_qrs)
    height = np.ptp(windows[:, np.abs(offsets) <= half_qrs], axis=1)
    top = np.where(between, windows, -np.inf).max(axis=1)
    bottom = np.where(between, windows, np.inf).min(axis=1)
    swing = np.maximum(top - bottom, 0)  # -inf without a sample in between
    rest = windows - uniform_filter1d(windows, round(_SMOOTH_S * fs), axis=1)
    power = np.where(between, np.square(rest), 0).sum(axis=1) / np.maximum(between.sum(axis=1), 1)
    return np.stack([height, swing, np.sqrt(power)])
