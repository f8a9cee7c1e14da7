"""The log of corrections: undo, redo, versions, and two windows at once."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from beat_tables import beat_table
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from ecgfuse.serve.corrections import (
    VersionConflictError,
    can_redo,
    can_undo,
    correct,
    corrected_beats,
    read_corrections,
    redo,
    undo,
)
from ecgfuse.serve.database.connect import open_database
from ecgfuse.serve.database.tables import AnalysisRow, CorrectionRow, Owner, RecordingRow, Table

ID = "a" * 22


def fill(session: Session) -> None:
    """One owner with a recording and an analysis."""
    session.add(Owner(id="o" * 22))
    session.flush()
    session.add(RecordingRow(id="r" * 22, owner_id="o" * 22, name="100", kind="wfdb", folder="100"))
    session.flush()
    session.add(AnalysisRow(id=ID, recording_id="r" * 22, model="best"))
    session.flush()


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        yield session
    engine.dispose()


def change(session: Session, sample: int, to_class: str, *, version: int | None = None) -> int:
    """Correct a beat that the model calls N; the new version."""
    found = correct(
        session,
        analysis_id=ID,
        version=version,
        sample=sample,
        model_class="N",
        to_class=to_class,
    )
    return found.version


def labels(session: Session) -> dict[int, str]:
    """Sample -> class of the corrected beats."""
    log = read_corrections(session, analysis_id=ID)
    beats = beat_table("NNNN")
    table = corrected_beats(SimpleNamespace(beats=beats.drop(columns="model_class")), log)
    changed = table["class"] != table["model_class"]
    return dict(zip(table.loc[changed, "sample"], table.loc[changed, "class"], strict=True))


def test_a_correction_changes_the_label_and_keeps_that_of_the_model(session: Session) -> None:
    assert labels(session) == {}
    assert change(session, 200, "V", version=0) == 1
    assert labels(session) == {200: "V"}
    (row,) = read_corrections(session, analysis_id=ID)
    assert (row.number, row.from_class, row.to_class, row.undone) == (1, "N", "V", False)


def test_the_latest_correction_of_a_beat_counts_and_starts_from_the_one_before(
    session: Session,
) -> None:
    change(session, 200, "V")
    change(session, 200, "S")
    assert labels(session) == {200: "S"}
    assert read_corrections(session, analysis_id=ID)[1].from_class == "V"
    undo(session, analysis_id=ID, version=None)
    assert labels(session) == {200: "V"}


def test_a_label_cannot_be_corrected_to_itself(session: Session) -> None:
    with pytest.raises(ValueError, match="has the class N already"):
        change(session, 200, "N")


def test_undo_and_redo_walk_through_the_log(session: Session) -> None:
    change(session, 200, "V")
    change(session, 400, "S")
    undo(session, analysis_id=ID, version=None)
    undo(session, analysis_id=ID, version=None)
    assert labels(session) == {}
    with pytest.raises(ValueError, match="no correction to undo"):
        undo(session, analysis_id=ID, version=None)
    redo(session, analysis_id=ID, version=None)
    assert labels(session) == {200: "V"}
    redo(session, analysis_id=ID, version=None)
    assert labels(session) == {200: "V", 400: "S"}
    with pytest.raises(ValueError, match="no undone correction"):
        redo(session, analysis_id=ID, version=None)


def test_a_new_correction_replaces_those_that_were_undone(session: Session) -> None:
    change(session, 200, "V")
    change(session, 400, "S")
    undo(session, analysis_id=ID, version=None)
    change(session, 600, "F")
    assert not can_redo(read_corrections(session, analysis_id=ID))
    undo(session, analysis_id=ID, version=None)
    redo(session, analysis_id=ID, version=None)
    assert labels(session) == {200: "V", 600: "F"}  # not the replaced one at 400
    assert len(read_corrections(session, analysis_id=ID)) == 3  # nothing is lost from the log


def test_every_change_counts_one_version_and_an_old_one_is_refused(session: Session) -> None:
    assert change(session, 200, "V", version=0) == 1
    with pytest.raises(VersionConflictError) as conflict:
        change(session, 400, "S", version=0)
    assert conflict.value.version == 1
    with pytest.raises(VersionConflictError):
        undo(session, analysis_id=ID, version=0)
    assert undo(session, analysis_id=ID, version=1).version == 2
    assert redo(session, analysis_id=ID, version=2).version == 3


def test_of_two_windows_with_the_same_version_one_is_refused(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'web.sqlite'}")
    Table.metadata.create_all(database.engine)
    with database.session() as session:
        fill(session)
    with database.session() as first:
        change(first, 200, "V", version=0)
    with pytest.raises(VersionConflictError), database.session() as second:
        change(second, 400, "S", version=0)
    with database.reading() as session:
        assert labels(session) == {200: "V"}
        analysis = session.get(AnalysisRow, ID)
        assert analysis is not None
        assert analysis.version == 1
    database.close()


Action = st.sampled_from(["undo", "redo", (200, "V"), (200, "S"), (400, "V"), (400, "F")])


@settings(max_examples=50, deadline=None)
@given(st.lists(Action, max_size=12))
def test_the_log_behaves_as_two_stacks(actions: list[str | tuple[int, str]]) -> None:
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    done: list[tuple[int, str]] = []
    undone: list[tuple[int, str]] = []
    with Session(engine) as session:
        fill(session)
        for action in actions:
            log = read_corrections(session, analysis_id=ID)
            assert (can_undo(log), can_redo(log)) == (bool(done), bool(undone))
            if action == "undo" and done:
                undo(session, analysis_id=ID, version=None)
                undone.append(done.pop())
            elif action == "redo" and undone:
                redo(session, analysis_id=ID, version=None)
                done.append(undone.pop())
            elif isinstance(action, tuple) and dict(done).get(action[0], "N") != action[1]:
                change(session, *action)
                done.append(action)
                undone.clear()
        assert labels(session) == dict(done)
    engine.dispose()


def test_corrections_of_unknown_samples_change_nothing() -> None:
    row = CorrectionRow(number=1, sample=7, to_class="V", undone=False)
    beats = beat_table("NN").drop(columns="model_class")
    assert corrected_beats(SimpleNamespace(beats=beats), [row])["class"].tolist() == ["N", "N"]
