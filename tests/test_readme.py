"""The README says what was measured, and no more."""

import json
from pathlib import Path

import pytest
from table import BEGIN, README, RESULTS, replace_tables

ROOT = Path(__file__).parents[1]


def test_the_tables_of_speed_are_those_of_the_committed_results() -> None:
    text = (ROOT / README).read_text()
    results = json.loads((ROOT / RESULTS).read_text())
    assert replace_tables(text, results=results) == text


def test_a_readme_without_a_place_for_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="are missing; put them back"):
        replace_tables(f"nothing {BEGIN}", results={})
