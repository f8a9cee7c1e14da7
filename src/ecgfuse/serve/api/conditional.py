"""ETags of responses, and the version that a change is made for (If-Match)."""

import re
from importlib.metadata import version
from typing import Any

from flask import Response, abort, request

from ecgfuse.serve.api.problems import refuse

_CACHE = "private, no-cache"
"""Kept by the browser of the person alone, who asks each time whether it is current."""
VERSION_PATTERN = r'^(\*|(W/)?"[0-9]{1,9}(-[0-9A-Za-z.+]{1,40})?"|[0-9]{1,9})$'
"""Of If-Match: an ETag, or a version with or without quotation marks, or * for any."""
_VERSION = re.compile(VERSION_PATTERN)

ETAG = {"ETag": {"description": "Tag of this content", "schema": {"type": "string"}}}
"""Headers of a response with a tag, for the OpenAPI document."""


def tag_of(version_of_labels: int) -> str:
    """Tag of what depends on the labels of an analysis.

    It changes with the version of this package, too, whose answers may have other fields.
    """
    return f"{version_of_labels}-{version('ecgfuse')}"


def stop_if_current(tag: str) -> None:
    """End the request with 304 if the client has this content.

    Call it before the work that the content takes.

    Args:
        tag: changes with the content.
    """
    if request.if_none_match.contains(tag):
        response = Response(status=304, headers={"Cache-Control": _CACHE})
        response.set_etag(tag)
        abort(response)


def tagged(content: Any, tag: str) -> tuple[Any, int, dict[str, str]]:
    """Content of a successful response, with its tag."""
    return content, 200, {"ETag": f'"{tag}"', "Cache-Control": _CACHE}


def expected_version(if_match: str | None) -> int | None:
    """The version in the header If-Match; None for *, any version.

    It ends the request with 428 without the header, and with 400 if it has no version.
    """
    if if_match is None:
        refuse(428, "If-Match is missing; send the version of the labels that you have seen")
    if not _VERSION.match(if_match):
        refuse(400, f"If-Match {if_match!r} is no version; send a number, such as 3")
    number = re.search("[0-9]+", if_match)
    return int(number[0]) if number else None
