"""The sentences that can be shown in other languages."""

from ecgfuse.serve.sentences.of_files import FILES, GROUPS, RECORDINGS, SINGLE_BEATS
from ecgfuse.serve.sentences.of_requests import ANALYSES, FIELDS, REQUESTS, STATUSES

OWN: tuple[str, ...] = (*FILES, *GROUPS, *SINGLE_BEATS, *RECORDINGS, *ANALYSES, *REQUESTS)
"""Those of this package."""
SENTENCES: tuple[str, ...] = (*OWN, *STATUSES, *FIELDS)
"""All, also those of libraries."""
