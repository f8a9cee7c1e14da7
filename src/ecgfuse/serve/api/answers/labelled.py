"""Results of analyses with their corrected labels, the latest few kept in memory."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
from flask import current_app

from ecgfuse.annotate.classes import BeatClasses
from ecgfuse.serve.analysis.result import REFERENCE, AnalysisResult, load_result
from ecgfuse.serve.api.access import find_analysis, require_done
from ecgfuse.serve.api.conditional import stop_if_current, tag_of
from ecgfuse.serve.corrections import corrected_beats, read_corrections
from ecgfuse.serve.database.tables import AnalysisRow, CorrectionRow, RecordingRow
from ecgfuse.serve.measures.reference import Comparison, compare, read_reference, with_labels
from ecgfuse.serve.performance import SINGLE_BEATS
from ecgfuse.serve.services import services

KEPT = 4
"""Results kept in memory; one of a day has about 10 MB."""
_EXTENSION = "ecgfuse_results"


@dataclass(frozen=True, kw_only=True)
class _Labels:
    """The beats of one version of the labels. Nobody changes the table."""

    version: int
    beats: pd.DataFrame
    comparison: Comparison | None
    reference: np.ndarray | None


@dataclass
class _Kept:
    """A result, with the labels asked for last."""

    result: AnalysisResult
    lock: Lock = field(default_factory=Lock)
    labels: _Labels | None = None
    comparison: Comparison | None = None
    """With the labels of the model."""
    compared: bool = False


class ResultCache:
    """The results of the analyses looked at last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, datetime | None], _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, analysis: AnalysisRow, *, folder: Path) -> _Kept:
        """The result of an analysis, read if it is not in memory."""
        key = (analysis.id, analysis.finished)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        kept = _Kept(load_result(folder))
        with self._lock:
            kept = self._kept.setdefault(key, kept)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """An analysis that is done, with the log of its corrections; its result is read when needed."""

    analysis: AnalysisRow
    recording: RecordingRow
    corrections: list[CorrectionRow]

    @property
    def folder(self) -> Path:
        """Folder of the result."""
        return services().storage.folder_of("analyses", self.analysis.id)

    @property
    def result(self) -> AnalysisResult:
        """Result of the model."""
        return self._kept().result

    @property
    def classes(self) -> BeatClasses:
        """Classes of the model."""
        return self.result.classes

    @property
    def tag(self) -> str:
        """ETag of what depends on the labels."""
        return tag_of(self.analysis.version)

    @property
    def fs(self) -> float:
        """Rate in Hz at which the samples of the beats count; 1 for the rows of single beats."""
        return self.recording.fs or 1.0

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return (self.recording.n_samples or 0) / self.fs

    @property
    def is_single_beats(self) -> bool:
        """Whether the beats are rows of a table."""
        return self.recording.kind == SINGLE_BEATS

    @property
    def beats(self) -> pd.DataFrame:
        """The beats with corrected labels, class, and those of the model, model_class.

        Single beats have the number of their row as time. It is shared: never change it.
        """
        return self._labels().beats

    @property
    def comparison(self) -> Comparison | None:
        """The corrected beats against the reference annotations; None without any."""
        return self._labels().comparison

    @property
    def reference(self) -> np.ndarray | None:
        """Class of the reference of every beat, "" without one, (n_beats,); None without any."""
        return self._labels().reference

    def _labels(self) -> _Labels:
        kept = self._kept()
        with kept.lock:
            if kept.labels is None or kept.labels.version != self.analysis.version:
                kept.labels = self._read_labels(kept)
            return kept.labels

    def _read_labels(self, kept: _Kept) -> _Labels:
        beats = corrected_beats(kept.result, self.corrections)
        reference: np.ndarray | None = None
        comparison = None
        if self.is_single_beats:
            beats["time_s"] = beats["sample"].astype(np.float64)
            if REFERENCE in beats.columns:
                reference = beats[REFERENCE].to_numpy(dtype=str)
        else:
            if not kept.compared:
                kept.comparison, kept.compared = self._compare(kept.result), True
            if kept.comparison is not None:
                comparison = with_labels(kept.comparison, beats)
                reference = comparison.reference_classes()
        return _Labels(
            version=self.analysis.version, beats=beats, comparison=comparison, reference=reference
        )

    def _compare(self, result: AnalysisResult) -> Comparison | None:
        path = self.reference_file()
        if path is None or self.recording.fs is None:
            return None
        try:
            reference = read_reference(
                path, fs=self.recording.fs, n_samples=self.recording.n_samples
            )
        except ValueError:
            return None  # the analysis has warned of it
        return compare(result.beats, reference=reference, silent_s=result.silent_s)

    def reference_file(self) -> Path | None:
        """The .atr file of the recording, if there is one."""
        folder = services().storage.folder_of("recordings", self.recording.id)
        path = (folder / self.recording.folder).with_suffix(".atr")
        return path if path.is_file() else None

    def _kept(self) -> _Kept:
        cache: ResultCache = current_app.extensions.setdefault(_EXTENSION, ResultCache())
        return cache.get(self.analysis, folder=self.folder)


def open_labelled(analysis_id: str, *, conditional: bool = True) -> Labelled:
    """An analysis of the person that is done.

    It ends the request with 404 without it, with 409 before it is done, and with 304 if the client
    has these labels already.

    Args:
        conditional: whether to answer 304.
    """
    with services().database.reading() as session:
        analysis, recording = find_analysis(session, analysis_id)
        require_done(analysis)
        corrections = read_corrections(session, analysis_id=analysis_id)
    labelled = Labelled(analysis=analysis, recording=recording, corrections=corrections)
    if conditional:
        stop_if_current(labelled.tag)
    return labelled
