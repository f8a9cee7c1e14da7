"""A page with the results of all fusions and studies, built once."""

from typing import Any

import pytest
from report_pages import arguments_of, page_of, text_of


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Arguments of the page; do not change them."""
    return arguments_of(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def page(shown: dict[str, Any]) -> str:
    return page_of(shown)


@pytest.fixture(scope="session")
def text(page: str) -> str:
    """What a reader sees, in one line."""
    return text_of(page)


@pytest.fixture
def arguments(tmp_path: Any) -> dict[str, Any]:
    """The same arguments, to be changed by a test."""
    return arguments_of(tmp_path)
