"""Corrected labels: a log that is only appended to, with undo, redo and a version.

Every change, undo and redo included, names the version of the analysis that it was made for. If
another window has changed it meanwhile, the change is refused, so that nobody overwrites what they
have not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from ecgfuse.serve.database.tables import AnalysisRow, CorrectionRow

if TYPE_CHECKING:
    import pandas as pd

    from ecgfuse.serve.analysis.result import AnalysisResult


class VersionConflictError(Exception):
    """The labels have changed since the version that a change was made for.

    Args:
        version: the present one.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"the labels are at version {version} now")
        self.version = version


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change that was made."""

    version: int
    """Of the analysis after it."""
    correction: CorrectionRow
    """That was added, undone or redone."""


def corrected_beats(
    result: "AnalysisResult", corrections: Sequence[CorrectionRow]
) -> "pd.DataFrame":
    """The table of beats with the corrected labels.

    Args:
        result: its beats have the classes of the model.
        corrections: of the analysis, in any order; undone ones do not count.

    Returns:
        A copy, with the column class as corrected, and model_class, those of the model.
    """
    beats = result.beats
    table = beats.copy(deep=False)
    table["model_class"] = beats["class"]
    latest = {
        one.sample: one.to_class
        for one in sorted(corrections, key=lambda one: one.number)
        if not one.undone
    }
    if latest:
        changed = beats["sample"].map(latest)
        table["class"] = changed.where(changed.notna(), beats["class"])
    return table


def read_corrections(session: Session, *, analysis_id: str) -> list[CorrectionRow]:
    """The whole log of an analysis in order."""
    query = select(CorrectionRow).where(CorrectionRow.analysis_id == analysis_id)
    return list(session.scalars(query.order_by(CorrectionRow.number)))


def correct(
    session: Session,
    *,
    analysis_id: str,
    version: int | None,
    sample: int,
    model_class: str,
    to_class: str,
) -> Change:
    """Give a beat another label.

    Args:
        version: that the label was seen at; None: whatever it is.
        sample: R peak of the beat.
        model_class: its class by the model.
        to_class: its new class.

    Raises:
        VersionConflictError: the labels have changed since.
        ValueError: the beat has this label already.
    """
    new_version = _advance(session, analysis_id=analysis_id, version=version)
    log = read_corrections(session, analysis_id=analysis_id)
    of_beat = [one.to_class for one in log if one.sample == sample and not one.undone]
    from_class = of_beat[-1] if of_beat else model_class
    if from_class == to_class:
        raise ValueError(f"to_class: the beat at sample {sample} has the class {to_class} already")
    for one in _undone(log):
        one.superseded = True
    number = 1 + max((one.number for one in log), default=0)
    row = CorrectionRow(
        analysis_id=analysis_id,
        number=number,
        sample=sample,
        from_class=from_class,
        to_class=to_class,
        undone=False,
        superseded=False,
    )
    session.add(row)
    session.flush()
    return Change(version=new_version, correction=row)


def undo(session: Session, *, analysis_id: str, version: int | None) -> Change:
    """Undo the latest correction that is in force.

    Raises:
        VersionConflictError: the labels have changed since the version.
        ValueError: there is none.
    """
    new_version = _advance(session, analysis_id=analysis_id, version=version)
    in_force = [one for one in read_corrections(session, analysis_id=analysis_id) if not one.undone]
    if not in_force:
        raise ValueError("there is no correction to undo")
    in_force[-1].undone = True
    return Change(version=new_version, correction=in_force[-1])


def redo(session: Session, *, analysis_id: str, version: int | None) -> Change:
    """Put the correction that was undone last in force again.

    Raises:
        VersionConflictError: the labels have changed since the version.
        ValueError: none was undone since the last new correction.
    """
    new_version = _advance(session, analysis_id=analysis_id, version=version)
    undone = _undone(read_corrections(session, analysis_id=analysis_id))
    if not undone:
        raise ValueError("there is no undone correction to redo")
    undone[0].undone = False
    return Change(version=new_version, correction=undone[0])


def can_undo(log: Sequence[CorrectionRow]) -> bool:
    """Whether a correction is in force."""
    return any(not one.undone for one in log)


def can_redo(log: Sequence[CorrectionRow]) -> bool:
    """Whether an undone correction can be put in force again."""
    return bool(_undone(log))


def _undone(log: Sequence[CorrectionRow]) -> list[CorrectionRow]:
    """Those that can be redone, the one undone last first."""
    return [one for one in log if one.undone and not one.superseded]


def _advance(session: Session, *, analysis_id: str, version: int | None) -> int:
    """Count one change, in one statement, so that of two at the same time one is refused.

    Returns:
        The new version.

    Raises:
        VersionConflictError: the version is not the present one.
    """
    present = select(AnalysisRow.version).where(AnalysisRow.id == analysis_id)
    statement = update(AnalysisRow).where(AnalysisRow.id == analysis_id)
    if version is not None:
        statement = statement.where(AnalysisRow.version == version)
    changed = session.execute(
        statement.values(version=AnalysisRow.version + 1),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(changed, CursorResult)
    if changed.rowcount == 0:
        raise VersionConflictError(session.scalars(present).one())
    return session.scalars(present).one()
