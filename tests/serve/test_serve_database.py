"""Tables, transactions and migrations, on SQLite and on PostgreSQL."""

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from servers import postgresql
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from ecgfuse.serve.database.connect import Database, open_database
from ecgfuse.serve.database.tables import (
    AnalysisRow,
    CorrectionRow,
    Owner,
    RecordingRow,
    Table,
    UtcDateTime,
)
from ecgfuse.serve.database.upgrade import alembic_config, is_current
from ecgfuse.serve.files.ids import new_id

SECRET_NAME = "PATIENT-MILLER-1950"


@pytest.fixture(scope="module")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for all tests of this module."""
    with postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.slow, pytest.mark.xdist_group("postgresql")]),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    else:
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    opened = open_database(url)
    yield opened
    opened.close()


def new_postgresql_database(url: str) -> str:
    server = open_database(url)
    name = f"test_{new_id().lower().replace('-', '_')}"
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.close()
    return url.replace("/postgres", f"/{name}")


def add_recording(database: Database, name: str = "100") -> tuple[str, str]:
    """A recording with an analysis and a correction; the ids of owner and recording."""
    with database.session() as session:
        owner = Owner()
        session.add(owner)
        session.flush()
        recording = RecordingRow(owner_id=owner.id, name=name, kind="wfdb", folder="0.hea")
        session.add(recording)
        session.flush()
        analysis = AnalysisRow(recording_id=recording.id, model="best")
        session.add(analysis)
        session.flush()
        session.add(
            CorrectionRow(analysis_id=analysis.id, number=1, sample=9, from_class="N", to_class="V")
        )
    return owner.id, recording.id


def test_migrations_make_exactly_the_tables(database: Database) -> None:
    database.upgrade()
    names = {name for name in inspect(database.engine).get_table_names() if name[0] != "_"}
    assert names == {*Table.metadata.tables, "alembic_version"}
    assert is_current(database.engine)
    with database.engine.begin() as connection:
        command.check(alembic_config(connection))  # raises if tables and migrations differ


def test_migrations_can_be_taken_back(database: Database) -> None:
    database.upgrade()
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert not {*inspect(database.engine).get_table_names()} & {*Table.metadata.tables}
    assert not is_current(database.engine)
    database.upgrade()
    assert is_current(database.engine)


@pytest.mark.slow
def test_processes_may_migrate_at_the_same_time(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    code = (
        "import sys; from ecgfuse.serve.database.connect import open_database as open; "
        "open(sys.argv[1]).upgrade()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert is_current(database.engine)


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match=r"made by another version of ecgfuse .*; use that"):
        database.upgrade()


def test_rows_can_be_used_after_their_block_and_times_are_utc(database: Database) -> None:
    database.upgrade()
    owner_id, recording_id = add_recording(database)
    with database.reading() as session:
        row = session.get(RecordingRow, recording_id)
    assert row is not None
    assert (row.owner_id, row.leads, row.options, row.fs) == (owner_id, [], {}, None)
    assert row.created.tzinfo is UTC
    assert abs(row.created - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_time_keeps_its_instant_and_needs_its_zone(database: Database) -> None:
    database.upgrade()
    seoul = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=9)))
    with database.session() as session:
        session.add(owner := Owner(created=seoul))
    with database.reading() as session:
        found = session.get(Owner, owner.id)
        assert found is not None
        assert found.created == seoul
    with pytest.raises(ValueError, match="has no time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 2), database.engine.dialect)


def test_a_failed_block_changes_nothing(database: Database) -> None:
    database.upgrade()
    with contextlib.suppress(KeyError), database.session() as session:
        session.add(Owner())
        session.flush()
        raise KeyError
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Owner)) == 0


def test_reading_cannot_write(database: Database) -> None:
    database.upgrade()
    with database.reading() as session:
        session.add(Owner())
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.flush()
    add_recording(database)  # the connection can write again


def test_a_recording_goes_with_its_analyses_and_corrections(database: Database) -> None:
    database.upgrade()
    owner_id, _ = add_recording(database)
    with database.session() as session:
        session.delete(session.get(Owner, owner_id))
    with database.reading() as session:
        for table in (Owner, RecordingRow, AnalysisRow, CorrectionRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_readers_do_not_wait_for_a_writer_who_waits_for_another(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.upgrade()
    wrote = threading.Event()

    def write() -> None:
        add_recording(database)
        wrote.set()

    with database.session() as session:
        session.add(Owner())
        session.flush()
        second = threading.Thread(target=write)
        second.start()
        with database.reading() as other:  # sees what was committed
            assert other.scalar(select(func.count()).select_from(Owner)) == 0
        assert not wrote.wait(0.1)
    assert wrote.wait(10)
    second.join()
    database.close()


def test_a_locked_database_is_an_error_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.serve.database.connect.BUSY_TIMEOUT_S", 0.05)
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.upgrade()
    with database.session() as first, database.session() as second:
        first.add(Owner())
        first.flush()
        with pytest.raises(OperationalError, match="locked"):
            second.scalar(select(Owner.id))
    database.close()


def test_nothing_deleted_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    database.upgrade()
    owner_id, _ = add_recording(database, SECRET_NAME)
    assert SECRET_NAME.encode() in contents(tmp_path)
    with database.session() as session:
        session.delete(session.get(Owner, owner_id))
    database.forget_deleted()
    assert SECRET_NAME.encode() not in contents(tmp_path)
    database.close()


def test_errors_do_not_name_values(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with pytest.raises(OperationalError) as error:
        add_recording(database, SECRET_NAME)  # there are no tables yet
    assert SECRET_NAME not in str(error.value)
    database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("here", "--database 'here' is no URL; use postgresql://"),
        ("mysql://db/x", "--database mysql is not supported; use postgresql://"),
    ],
)
def test_other_databases_are_refused(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        open_database(url)


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
