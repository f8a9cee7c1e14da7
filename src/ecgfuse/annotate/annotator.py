"""A lead as an array -> the class of every heartbeat."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Annotation, Prepared
from ecgfuse.annotate.checks import check_r_peaks, check_single_beats, checked_rate
from ecgfuse.annotate.classes import BeatClasses
from ecgfuse.annotate.lead import Lead, assemble_lead
from ecgfuse.annotate.model import open_model
from ecgfuse.annotate.plausibility import plausibility_warnings
from ecgfuse.annotate.quality import BadSpans, find_bad_spans, flag_beats
from ecgfuse.annotate.single_beat import SingleBeatNetwork
from ecgfuse.annotate.statistics import summarise_beats
from ecgfuse.annotate.table import beat_table
from ecgfuse.qrs.detect import FS, REFRACTORY_S, detect_r_peaks, drop_close, move_to_r_peaks
from ecgfuse.recordings.resample import resample_signal

_LEAST_SEGMENT_S = 2.0
"""Shortest segment between two gaps in which beats are detected; a shorter one has no rhythm."""


class Annotator:
    """Detects heartbeats and classifies each into the classes of the model.

    Args:
        model: name of a model, such as hybrid or cnn_lstm, or path of an ONNX file.
        workers: threads; the result does not depend on them.
        progress: show progress bars.

    Raises:
        ValueError: there is no such model.
    """

    def __init__(
        self, model: str | Path = "best", *, workers: int = 1, progress: bool = False
    ) -> None:
        self.model = open_model(str(model))
        self.workers = workers
        self.progress = progress

    @property
    def classes(self) -> BeatClasses:
        """The classes of the model: `AAMI`, or `NORMAL_ABNORMAL` for models of single beats."""
        return self.model.classes

    @property
    def fs(self) -> float:
        """Sampling rate in Hz to which recordings are resampled."""
        return self.model.fs

    def annotate(
        self, signal: np.ndarray, fs: float, r_peaks: Sequence[int] | np.ndarray | None = None
    ) -> pd.DataFrame:
        """Classify all beats of one lead.

        Args:
            signal: (n_samples,) in mV, NaN or masked where missing. The models were trained on
                lead II (MLII).
            fs: its sampling rate, 100 to 2,000 Hz.
            r_peaks: (n_beats,) in samples of the signal, ascending; None detects them.

        Returns:
            One row per beat: sample (of the R peak, at `fs`), time_s, class (N, S, V, F, or Q for
            an unclassified beat), p_N, p_S, p_V, p_F (NaN for Q), and flag: empty, or why the beat
            is unclassified. With a model of single beats, class is N, abnormal or Q, and the
            probabilities are p_N and p_abnormal.

        Raises:
            ValueError: signal, rate or R peaks are not as above, or there is no signal.

        Warns:
            UserWarning: the result is implausible, for example because the unit is not mV.
        """
        with np.errstate(over="ignore"):  # too large a value becomes inf and counts as missing
            signal = np.ma.filled(np.ma.asarray(signal).astype(np.float32), np.nan)
        if signal.ndim != 1:
            raise ValueError(
                f"signal has the shape {signal.shape}, but must be one lead, (n_samples,); select "
                "one, for example signal[:, 0]"
            )
        lead = assemble_lead([signal], file_fs=checked_rate(fs), fs=self.fs)
        if r_peaks is not None:
            r_peaks = check_r_peaks(np.asarray(r_peaks), n_samples=len(signal))
        annotation = self.classify(self.prepare(lead, r_peaks=r_peaks))
        summary = summarise_beats(
            annotation.beats, duration_s=annotation.duration_s, classes=self.classes
        )
        for warning in plausibility_warnings(annotation, summary=summary):
            warnings.warn(warning, stacklevel=2)
        return annotation.beats

    def prepare(self, lead: Lead, *, r_peaks: np.ndarray | None = None) -> Prepared:
        """Filter a lead, detect its beats and check its signal quality.

        Args:
            lead: lead at the sampling rate of the model.
            r_peaks: (n_beats,) int64 in samples of the file, ascending, within it; None detects
                them.

        Raises:
            ValueError: there is no signal.
        """
        if len(lead.signal) == 0:
            raise ValueError("the lead has no values; choose another lead or recording")
        bad, factor = find_bad_spans(lead), lead.factor
        filtered = self.model.filter(lead.signal)
        if r_peaks is None:
            found = self._detect(lead, bad=bad)
            places = move_to_r_peaks(found, filtered=filtered, fs=lead.fs)
            samples = np.minimum(np.rint(places / factor), lead.file_samples - 1).astype(np.int64)
        else:
            samples = r_peaks
            places = np.minimum(np.rint(samples * factor), len(lead.signal) - 1).astype(np.int64)
        return Prepared(
            filtered=filtered,
            waveform=self.model.waveform(lead, filtered=filtered),
            fs=lead.fs,
            file_fs=lead.file_fs,
            duration_s=lead.file_samples / lead.file_fs,
            places=places,
            samples=samples,
            flags=flag_beats(
                filtered, r_peaks=places, bad=bad, fs=lead.fs, causal=self.model.causal
            ),
            bad=bad,
        )

    def classify(self, prepared: Prepared, *, attention: bool = False) -> Annotation:
        """Classify every beat.

        Args:
            attention: whether to tell where in each beat the RR query of the model looked.
        """
        judged = self.model.classify(
            prepared, workers=self.workers, progress=self.progress, attention=attention
        )
        beats = beat_table(judged, classes=self.classes)
        beats.insert(0, "sample", prepared.samples)
        beats.insert(1, "time_s", prepared.samples / prepared.file_fs)
        return Annotation(
            classes=self.classes,
            beats=beats,
            filtered=prepared.filtered,
            fs=prepared.fs,
            duration_s=prepared.duration_s,
            bad=prepared.bad,
            attention=judged.attention,
        )

    def classify_beats(self, beats: np.ndarray) -> pd.DataFrame:
        """Classify beats that have been cut already, each on its own, by a model of single beats.

        Args:
            beats: (n_beats, 187) in [0, 1], each from its R peak on, at 125 Hz, followed by zeros:
                as `ecgfuse.preprocess.kachuee` cuts them, and as in the heartbeat tables on Kaggle.

        Returns:
            One row per beat: class (N, abnormal, or Q for an unclassified beat), p_N, p_abnormal
            (NaN for Q), and flag: empty, or why the beat is unclassified, such as
            "unfamiliar: range" for values outside [0, 1].

        Raises:
            ValueError: the beats have another shape or are no numbers, or the model judges beats
                only in their recording.
        """
        if not isinstance(self.model, SingleBeatNetwork):
            raise ValueError(
                f"the model {self.model.file.path.stem} judges beats in their recording; use "
                "annotate, or a model of single beats, such as cnn_lstm"
            )
        judged = self.model.classify_beats(
            check_single_beats(np.asarray(beats)), workers=self.workers, progress=self.progress
        )
        return beat_table(judged, classes=self.classes)

    def _detect(self, lead: Lead, *, bad: BadSpans) -> np.ndarray:
        """R peaks in samples of the lead, detected separately in each segment with a signal.

        The thresholds of a detector adapt to the signal: after minutes with the lead off it would
        detect noise and T waves.
        """
        found = []
        for first, end in bad.usable(len(lead.signal), least=round(_LEAST_SEGMENT_S * lead.fs)):
            part = resample_signal(lead.signal[first:end], up=FS, down=lead.fs)
            r_peaks = detect_r_peaks(part, workers=self.workers, progress=self.progress)
            places = first + np.rint(r_peaks * (lead.fs / FS)).astype(np.int64)
            found.append(np.minimum(places, end - 1))
        joined = np.concatenate([*found, np.empty(0, dtype=np.int64)])
        return drop_close(joined, least=round(REFRACTORY_S * lead.fs))
