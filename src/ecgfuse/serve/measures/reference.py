"""The labels of a record against its reference annotations, by ANSI/AAMI EC57."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import ABNORMAL
from ecgfuse.annotate.write import QUALITY, annotations_of
from ecgfuse.ec57.counts import COLUMNS, ROWS, count_beats
from ecgfuse.ec57.episodes import Episodes, find_marks
from ecgfuse.ec57.labels import (
    BeatLabels,
    label_found,
    match_window,
    nearest_sample,
    read_labels,
)
from ecgfuse.ec57.pairing import UNPAIRED, pair_beats, pair_from
from ecgfuse.ec57.scores import as_fractions, score
from ecgfuse.serve.measures.beats import classes_of

LEARNING_S = 300.0
"""Start of the test period of EC57: a program may learn from the first five minutes."""
_STAND_IN = "F"
"""Class as which abnormal beats are counted, since EC57 has none for them."""
_O, _X = ROWS.index("O"), ROWS.index("X")
_UNSCORED = {"veb": {"se": None, "ppv": None, "fpr": None}, "sveb": {"se": None, "ppv": None}}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Beats of a record and of its reference, in pairs at most 0.15 s apart."""

    reference: BeatLabels
    test: BeatLabels
    pairs: np.ndarray
    """As `pair_beats` returns them."""
    test_pairs: np.ndarray
    """As `pair_from` returns them for the test period."""
    normal_abnormal: bool
    """Whether the model tells normal from abnormal beats only."""

    def reference_classes(self) -> np.ndarray:
        """EC57 class of the reference for each beat of the test, (n_beats,) str; "" for none."""
        found = np.full(len(self.test.samples), "", dtype="<U1")
        both = self.pairs[(self.pairs != UNPAIRED).all(axis=1)]
        found[both[:, 1]] = self.reference.classes[both[:, 0]]
        return found

    def missed(self) -> np.ndarray:
        """Samples of the reference beats that the test lacks."""
        return self.reference.samples[self.pairs[self.pairs[:, 1] == UNPAIRED, 0]]

    def extra(self) -> np.ndarray:
        """Samples of the test beats that the reference lacks."""
        return self.test.samples[self.pairs[self.pairs[:, 0] == UNPAIRED, 1]]

    def wrong(self) -> np.ndarray:
        """Samples of the test beats with another class than in the reference.

        With a model of normal and abnormal beats, every class but N is abnormal. An unclassified
        beat claims no class and is not wrong.
        """
        reference, test = self.reference_classes(), self.test.classes
        if self.normal_abnormal:
            reference = np.where(np.isin(reference, ("", "N")), reference, _STAND_IN)
        differs = (reference != "") & (reference != test) & (test != "Q")
        return self.test.samples[differs]

    def mismatches(self) -> np.ndarray:
        """Samples of all of these in order of time."""
        return np.unique(np.concatenate([self.wrong(), self.missed(), self.extra()]))

    def table(self, *, start_s: float) -> dict[str, object]:
        """Counts and scores of EC57 from a time on, for JSON.

        Returns:
            start_s; rows and columns, the classes of the reference and of the test, and O and X for
            beats that one of them lacks; counts, rows by columns; and scores, as
            `ecgfuse.ec57.results.EC57Figures`.
        """
        counts = self._counts(start_s=start_s)
        scores = {**as_fractions(score(counts))}
        columns = list(COLUMNS)
        if self.normal_abnormal:
            kept = [COLUMNS.index(name) for name in ("n", _STAND_IN.lower(), "q", "o", "x")]
            columns = ["n", ABNORMAL, "q", "o", "x"]
            counts, scores = counts[:, kept], {**scores, **_UNSCORED}
        return {
            "start_s": start_s,
            "rows": list(ROWS),
            "columns": columns,
            "counts": counts.tolist(),
            "scores": scores,
        }

    def _counts(self, *, start_s: float) -> np.ndarray:
        """As `count_beats`, in a hundredth of the time where the pairs are known already."""
        pairs = {0.0: self.pairs, LEARNING_S: self.test_pairs}.get(start_s)
        if pairs is None or not self._is_within_record():
            return count_beats(self.reference, self.test, start_s=start_s)
        row, column = (
            _positions(labels.classes, indices=pairs[:, side])
            for side, labels in enumerate((self.reference, self.test))
        )
        missed, extra = (np.flatnonzero(pairs[:, side] == UNPAIRED) for side in (1, 0))
        missed_at = self.reference.samples[pairs[missed, 0]]
        extra_at = self.test.samples[pairs[extra, 1]]
        column[missed[_covered(missed_at, by=self.test.shutdowns)]] = _X
        row[extra[_covered(extra_at, by=self.reference.shutdowns)]] = _X
        left_out = extra[_covered(extra_at, by=self.reference.fibrillation)]
        counts = np.zeros((len(ROWS), len(COLUMNS)), dtype=np.int64)
        np.add.at(counts, (np.delete(row, left_out), np.delete(column, left_out)), 1)
        counts[_O:, _O:] = 0  # flutter waves, which are no beats
        return counts

    def _is_within_record(self) -> bool:
        """Whether all beats lie within the record, whose length is known."""
        of_both = (self.reference, self.test)
        last = max((int(one.samples[-1]) for one in of_both if len(one.samples)), default=0)
        return self.reference.end is not None and last <= self.reference.end


def _covered(times: np.ndarray, *, by: Episodes) -> np.ndarray:
    """Which samples (n,) lie in an episode, (n,) bool."""
    column = times[:, None]
    return np.any((by.first <= column) & (column <= by.last), axis=1)


def _positions(classes: np.ndarray, *, indices: np.ndarray) -> np.ndarray:
    """Positions in ROWS of the classes of some beats, (n,); that of O for `UNPAIRED`.

    Args:
        classes: of all beats, (n_beats,).
        indices: (n,).
    """
    known = np.zeros(len(classes) + 1, dtype=np.int64)  # the last one stands for UNPAIRED
    for position, name in enumerate(ROWS):
        known[:-1][classes == name] = position
    known[UNPAIRED] = _O
    return known[indices]


def read_reference(annotations: Path, *, fs: float, n_samples: int | None) -> BeatLabels:
    """Read reference annotations at the rate of their recording.

    Args:
        annotations: the .atr file.
        fs: sampling rate of the recording in Hz.
        n_samples: its length; None takes that of the header beside the file.

    Raises:
        ValueError: as `read_labels`.
    """
    read = read_labels(annotations, fs=fs, at=fs)
    return read if n_samples is None else replace(read, end=n_samples)


def compare(
    beats: pd.DataFrame, *, reference: BeatLabels, silent_s: np.ndarray | None = None
) -> Comparison:
    """Compare the beats of a recording with its reference annotations.

    Args:
        beats: table of beats, whose samples count at the rate of the reference.
        reference: as `read_reference` returns it.
        silent_s: begin and end of segments without a signal in seconds, (n, 2). Beats of the
            reference in them are unreadable (X) in the tables, as in the annotation file.
    """
    test = replace(
        _as_labels(beats, reference=reference),
        shutdowns=_shutdowns(beats, silent_s=silent_s, fs=reference.fs),
    )
    window = match_window(reference.fs)
    return Comparison(
        reference=reference,
        test=test,
        pairs=pair_beats(reference.samples, test.samples, window=window),
        test_pairs=pair_from(
            reference.samples,
            test.samples,
            start=nearest_sample(LEARNING_S, fs=reference.fs),
            window=window,
        ),
        normal_abnormal=ABNORMAL in classes_of(beats).names,
    )


def with_labels(comparison: Comparison, beats: pd.DataFrame) -> Comparison:
    """The comparison of the same beats with other labels; the pairs stay the same."""
    labels = _as_labels(beats, reference=comparison.reference)
    return replace(comparison, test=replace(labels, shutdowns=comparison.test.shutdowns))


def _as_labels(beats: pd.DataFrame, *, reference: BeatLabels) -> BeatLabels:
    classes = beats["class"].replace({ABNORMAL: _STAND_IN}).to_numpy(dtype="<U1")
    return label_found(beats["sample"].to_numpy(), classes, reference=reference)


def _shutdowns(beats: pd.DataFrame, *, silent_s: np.ndarray | None, fs: float) -> Episodes:
    """The segments without a signal as `ecgfuse score` finds them in the annotation file."""
    if silent_s is None or len(silent_s) == 0:
        return Episodes.of([])
    samples, codes, subtypes = annotations_of(beats, fs=fs, silent_s=silent_s)
    marks = find_marks(
        samples.tolist(),
        codes,
        subtypes.tolist(),
        is_beat=[code != QUALITY for code in codes],
        window=match_window(fs),
    )
    return marks.shutdowns


def ec57_tables(comparison: Comparison, *, duration_s: float) -> dict[str, object]:
    """The EC57 table after the learning period, None for a shorter record, and of all beats."""
    has_test_period = duration_s > LEARNING_S
    return {
        "standard": comparison.table(start_s=LEARNING_S) if has_test_period else None,
        "whole": comparison.table(start_s=0.0),
    }
