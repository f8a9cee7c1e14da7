"""Logins that have ended. A session lies in a cookie, of which somebody may have kept a copy."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from ecgfuse.serve.database.connect import Database
from ecgfuse.serve.database.tables import EndedLogin, now


def is_ended(database: Database, login_id: str) -> bool:
    """Whether a login has ended.

    Args:
        database: of the application.
        login_id: in the session.
    """
    with database.reading() as session:
        return session.get(EndedLogin, login_id) is not None


def end_login(database: Database, login_id: str, *, keep: timedelta) -> None:
    """End a login for good.

    Args:
        database: of the application.
        login_id: in the session.
        keep: how long a cookie lasts; logins that ended earlier are forgotten.
    """
    try:
        with database.session() as session:
            session.execute(delete(EndedLogin).where(EndedLogin.ended < now() - keep))
            session.add(EndedLogin(id=login_id))
    except IntegrityError:
        pass  # it has ended already
