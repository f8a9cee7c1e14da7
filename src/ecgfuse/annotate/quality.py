"""Which stretches of a lead, and which beats, cannot be judged, and why.

The rules are about the signal alone. Their limits were set on DS1, where, of the beats of its
reference, 7 of 45,866 N, 1 of 3,788 V and none of 944 S and 415 F are called noise.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.ndimage import uniform_filter1d

from ecgfuse.annotate.lead import Lead, join_spans, runs

UNJUDGED = "Q"
"""Class of a beat that cannot be judged, as WFDB writes it."""
Flag = Literal["", "no signal", "flat", "saturated", "noise", "gap before", "gap after", "edge"]
"""Why a beat has no class; empty: it has one."""
IN_RHYTHM = ("", "edge", "gap before", "gap after")
"""Flags of beats that are there, whether they have a class or not."""

_FLAT_MV = 0.005  # less than a pause has, in which there is still the noise of the amplifier
_FLAT_BLOCK_S = 0.25
_FLAT_BLOCKS = 8  # in a row: two seconds
_RAIL_SHARE = 0.0005  # of the range of the lead: as near to its end counts as at it
_RAIL_S = 0.05  # the top of an R wave is shorter
QRS_S = 0.1
"""Of the QRS complex, to each side of the R peak."""
_BEFORE_S, _AFTER_S = 0.35, 0.4  # of the R peak: what a model sees of the beat itself
_SMOOTH_S = 0.025
_FINE_LIMIT = 0.25
"""Noise above 20 Hz between QRS complexes, rms, over the height of the QRS complex."""
_COARSE_LIMIT = 1.5
"""Swing of the signal between QRS complexes, over the same height."""
_TALLEST = 1.5
"""Heights of the usual QRS complex that a beat's own may have: a ventricular beat is broader and
higher than the others and swings more, but slow noise would lend any beat its height."""
_BLOCK = 4096  # beats at once


@dataclass(frozen=True)
class BadSpans:
    """Stretches of a lead without a usable signal."""

    spans: np.ndarray
    """First sample and end, (n_spans, 2) int64, in order of the first; they may overlap."""
    reasons: np.ndarray
    """(n_spans,) str: no signal, flat or saturated."""

    def overlapping(self, first: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Index of the first span that touches each [first, end), (n,) int64; -1: none."""
        if len(self.spans) == 0:
            return np.full(len(first), -1)
        # Spans may lie within others: what is searched is how far those up to each reach.
        reach = np.maximum.accumulate(self.spans[:, 1])
        index = np.searchsorted(reach, first, side="right")
        inside = np.minimum(index, len(self.spans) - 1)
        touches = (index < len(self.spans)) & (self.spans[inside, 0] < end)
        return np.where(touches, inside, -1)

    def seconds(self, *, fs: float) -> dict[str, float]:
        """Reason -> how long there is no usable signal for that reason."""
        lengths = (self.spans[:, 1] - self.spans[:, 0]) / fs
        return {
            str(reason): round(float(lengths[self.reasons == reason].sum()), 3)
            for reason in np.unique(self.reasons)
        }

    def silent(self) -> np.ndarray:
        """First sample and end of the gaps and flat lines, (n, 2), in order and apart."""
        return join_spans(self.spans[self.reasons != "saturated"])

    def usable(self, n_samples: int, *, least: int) -> list[tuple[int, int]]:
        """First sample and end of each stretch between gaps and flat lines, of `least` or more."""
        silent = self.silent()
        firsts = np.concatenate([[0], silent[:, 1]])
        ends = np.concatenate([silent[:, 0], [n_samples]])
        pairs = zip(firsts.tolist(), ends.tolist(), strict=True)
        return [(first, end) for first, end in pairs if end - first >= least]


def find_bad_spans(lead: Lead) -> BadSpans:
    """Gaps, flat stretches of two seconds or more, and stretches at the end of the range.

    Where two overlap both are listed, by their begin.
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
    flat = np.ptp(blocks, axis=1) < _FLAT_MV
    for first, end in gaps.tolist():  # the line that bridges a gap is no flat signal
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
    """Why each beat cannot be judged, (n_beats,) str; empty: it can.

    A beat is judged by what lies around it and by the intervals before and after it. Where the
    next beat is not there, or something without a usable signal lies between, that interval is not
    known: "gap before" or "gap after". The first and the last beat that are left lack an interval
    on one side: "edge".

    Args:
        filtered: (n_samples,) in mV, as `filter_signal` gives it.
        r_peaks: (n_beats,) in samples.
        causal: the interval after a beat is not asked for, so none is missed.
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
    """Beats whose surroundings are as restless as a QRS complex, (n_beats,) bool.

    Args:
        filtered: (n_samples,) in mV, within the pass band and without its baseline.
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


def cut_around(signal: np.ndarray, *, r_peaks: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """What lies around each R peak, (n_beats, n_offsets); beyond an end, the value there.

    Args:
        signal: (n_samples,).
        r_peaks: (n_beats,) in samples.
        offsets: (n_offsets,) in samples from the R peak.
    """
    return signal[np.clip(r_peaks[:, None] + offsets, 0, len(signal) - 1)]


def _measure(filtered: np.ndarray, *, r_peaks: np.ndarray, block: slice, fs: float) -> np.ndarray:
    """Height of the QRS, swing and fine noise between QRS complexes, in mV, (3, n_beats)."""
    before, after, half_qrs = (round(s * fs) for s in (_BEFORE_S, _AFTER_S, QRS_S))
    offsets = np.arange(-before, after)
    windows = cut_around(filtered, r_peaks=r_peaks[block], offsets=offsets)
    far = np.iinfo(np.int64).max // 2
    neighbours = np.concatenate([[-far], r_peaks, [far]])
    between = np.abs(offsets) > half_qrs
    for shift in (0, 2):  # the QRS complexes of the beats before and after are none of it either
        distance = (neighbours[shift : shift + len(r_peaks)] - r_peaks)[block, None]
        between = between & (np.abs(offsets - distance) > half_qrs)
    height = np.ptp(windows[:, np.abs(offsets) <= half_qrs], axis=1)
    top = np.where(between, windows, -np.inf).max(axis=1)
    bottom = np.where(between, windows, np.inf).min(axis=1)
    swing = np.maximum(top - bottom, 0)  # of beats without a sample between: -inf
    rest = windows - uniform_filter1d(windows, round(_SMOOTH_S * fs), axis=1)
    power = np.where(between, np.square(rest), 0).sum(axis=1) / np.maximum(between.sum(axis=1), 1)
    return np.stack([height, swing, np.sqrt(power)])
