"""Cut single beats by the method of Kachuee et al., section III-A.

The steps of the paper, and where they are:

1. windows of ten seconds at 125 Hz: `window_begins`
2. amplitudes of each window scaled to [0, 1]: `window_ranges`, `scale_to_range`
3. all local maxima, by the zero crossings of the first derivative: `local_maxima`
4. R peaks: the local maxima above 0.9: `r_peak_candidates`
5. T, the median RR interval of the window: `median_rr`
6. a piece of 1.2 T from each R peak on: `cut_pieces`
7. zeros after it, to a fixed length: `cut_pieces`

The paper leaves open what happens at edges. Here no beat is lost to them: what remains after the
last whole window is scaled by the last ten seconds of the recording; a piece that leaves its window
continues in the recording, with the scale of its window, clipped to [0, 1]; a piece that leaves the
recording ends there. A window with fewer than two R peaks has no T, and its rhythm is too slow to
end a piece. A piece is cut at 187 samples, the length of the published beats, which happens if T
is longer than 1.25 s.

Reference: Kachuee, Fazeli, Sarrafzadeh, "ECG Heartbeat Classification: A Deep Transferable
Representation", 2018 (arXiv 1805.00794).
"""

from dataclasses import dataclass

import numpy as np

from ecgfuse.datasets.single_beats import FS, LENGTH
from ecgfuse.preprocess.segments import cut_around
from ecgfuse.recordings.resample import resample_signal

_WINDOW = round(10 * FS)
_LEAST_CANDIDATE = 0.9
_PIECE = 1.2
"""Length of a piece in T."""
_FLAT = 1e-3  # mV; a range of 1 µV is no signal


@dataclass(frozen=True)
class Pieces:
    """The single beats of one lead."""

    r_peaks: np.ndarray
    """(n_beats,) int64, in samples of the file."""
    ecg: np.ndarray
    """(n_beats, 187) float32 in [0, 1], from the R peak on; zeros in a window without signal."""


def cut_single_beats(signal: np.ndarray, *, fs: float, r_peaks: np.ndarray | None = None) -> Pieces:
    """Cut all beats of one lead, with all steps.

    Args:
        signal: (n_samples,) in mV, finite, one sample or more.
        fs: its sampling rate in Hz.
        r_peaks: (n_beats,) int in samples of the signal, ascending, such as those of a detector;
            None takes the candidates of the paper.
    """
    lead = resample_signal(signal, up=FS, down=fs)
    if r_peaks is None:
        places = r_peak_candidates(lead)
        found = np.rint(places * (fs / FS)).astype(np.int64)
        r_peaks = np.minimum(found, len(signal) - 1)
    else:
        places = np.rint(r_peaks * (FS / fs)).astype(np.int64)
        places = np.minimum(places, len(lead) - 1)
    return Pieces(r_peaks=r_peaks, ecg=cut_pieces(lead, r_peaks=places))


def window_begins(n_samples: int) -> np.ndarray:
    """First samples of the windows at 125 Hz, (n_windows,) int64.

    Sample s belongs to window s // 1250. If the recording is no multiple of ten seconds, the last
    window begins ten seconds before its end; if it is shorter, there is one window, all of it.
    """
    begins = np.arange(0, n_samples, _WINDOW)
    return np.minimum(begins, max(0, n_samples - _WINDOW))


def window_ranges(signal: np.ndarray) -> np.ndarray:
    """Minimum and maximum of each window of a signal (n_samples,), (n_windows, 2)."""
    windows = [signal[begin : begin + _WINDOW] for begin in window_begins(len(signal))]
    return np.array([(window.min(), window.max()) for window in windows])


def scale_to_range(values: np.ndarray, *, ranges: np.ndarray) -> np.ndarray:
    """Scale amplitudes so that their window spans 0 to 1; 0 if it has no signal.

    Args:
        values: (n, ...) in mV.
        ranges: minimum and maximum of the window of each, (n, 2).

    Returns:
        The same shape and type; outside of [0, 1] where a value is not from its window.
    """
    shape = (-1,) + (1,) * (values.ndim - 1)
    low = ranges[:, 0].astype(values.dtype).reshape(shape)
    span = np.ptp(ranges, axis=1).astype(values.dtype).reshape(shape)
    return np.where(span < _FLAT, 0, (values - low) / np.maximum(span, _FLAT))


def local_maxima(signal: np.ndarray) -> np.ndarray:
    """Samples at which the first derivative crosses zero downwards, (n_maxima,) int64.

    Of a plateau, as of a clipped signal, it is the first sample. The first and the last sample of
    a signal are none.
    """
    slope = np.diff(signal)
    moving = np.flatnonzero(slope)
    rises = slope[moving] > 0
    return moving[:-1][rises[:-1] & ~rises[1:]] + 1


def r_peak_candidates(signal: np.ndarray) -> np.ndarray:
    """Local maxima above 0.9 of their window, (n_candidates,) int64, in samples at 125 Hz.

    A tall beat hides its neighbours. On DS1 of the MIT-BIH Arrhythmia Database, 57 % of the 51,021
    annotated beats have a candidate within 150 ms: N 59 %, S 50 %, V 31 %, F 80 %, Q 0 %, and in
    record 207 9 %. Of the 34,646 candidates, 5,236 are near no beat.
    """
    maxima = local_maxima(signal)
    ranges = window_ranges(signal)[maxima // _WINDOW]
    return maxima[scale_to_range(signal[maxima], ranges=ranges) > _LEAST_CANDIDATE]


def median_rr(r_peaks: np.ndarray, *, n_samples: int) -> np.ndarray:
    """T of each window, (n_windows,) in samples; infinite with fewer than two R peaks.

    Args:
        r_peaks: (n_beats,) int64 in samples at 125 Hz, ascending.
        n_samples: length of the recording.
    """
    begins = window_begins(n_samples)
    rr = np.diff(r_peaks)
    first, end = np.searchsorted(r_peaks, [begins, begins + _WINDOW])
    periods = [
        np.median(rr[a : b - 1]) if b - a >= 2 else np.inf
        for a, b in zip(first.tolist(), end.tolist(), strict=True)
    ]
    return np.array(periods)


def cut_pieces(signal: np.ndarray, *, r_peaks: np.ndarray) -> np.ndarray:
    """Pieces of 1.2 T from each R peak on, followed by zeros, (n_beats, 187) float32 in [0, 1].

    Args:
        signal: (n_samples,) in mV, at 125 Hz.
        r_peaks: (n_beats,) int64 in samples, ascending, within the signal.
    """
    window = r_peaks // _WINDOW
    length = np.rint(_PIECE * median_rr(r_peaks, n_samples=len(signal))[window])
    end = np.minimum(length, len(signal) - r_peaks)
    offsets = np.arange(LENGTH)
    pieces = cut_around(signal, r_peaks=r_peaks, offsets=offsets)
    pieces = scale_to_range(pieces, ranges=window_ranges(signal)[window]).astype(np.float32)
    np.clip(pieces, 0, 1, out=pieces)
    pieces[offsets >= end[:, None]] = 0
    return pieces
