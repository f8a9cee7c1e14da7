"""What requests and jobs work with: settings, database, files and the job queue."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from ecgfuse.serve.database.connect import Database, open_database
from ecgfuse.serve.files.storage import Storage
from ecgfuse.serve.settings import Settings

if TYPE_CHECKING:
    from ecgfuse.serve.jobs.queue import Queue

EXTENSION = "ecgfuse"
"""Key of the services in `app.extensions`."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """Opened once per process."""

    settings: Settings
    database: Database
    storage: Storage
    queue: "Queue"


def open_services(settings: Settings) -> Services:
    """Open database, files and queue.

    Raises:
        ValueError: the data folder or an address cannot be used.
    """
    from ecgfuse.serve.jobs.queue import open_queue

    return Services(
        settings=settings,
        storage=Storage(settings.data, settings.quota_bytes),
        database=open_database(settings.database_url),
        queue=open_queue(settings),
    )


def services() -> Services:
    """The services of the application that answers this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found
