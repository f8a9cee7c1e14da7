"""Headline numbers are picked from the results, nested as before."""

import json
from pathlib import Path

import pytest

from ecgfuse.pipeline.results import pick, write_results

FOUND = {
    "data": {"kind": "real", "beats": 3},
    "early": {"clean": {"f1": 0.5}, "bw": {"6": {"f1": 0.25}, "0": {"f1": 0.125}}},
    "late": {"clean": {"f1": 0.75}},
}


def test_a_path_picks_one_value_and_keeps_its_nesting() -> None:
    assert pick(FOUND, ["early.bw.6.f1"]) == {"early": {"bw": {"6": {"f1": 0.25}}}}


def test_a_star_matches_every_key_that_leads_on() -> None:
    assert pick(FOUND, ["*.clean.f1"]) == {
        "early": {"clean": {"f1": 0.5}},
        "late": {"clean": {"f1": 0.75}},
    }
    assert pick(FOUND, ["early.*.*.f1"]) == {
        "early": {"bw": {"6": {"f1": 0.25}, "0": {"f1": 0.125}}}
    }


def test_several_paths_are_joined_in_their_order() -> None:
    picked = pick(FOUND, ["late.clean.f1", "data.*", "early.clean.f1"])
    assert list(picked) == ["late", "data", "early"]
    assert picked["data"] == FOUND["data"]


def test_a_path_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no early\.em\.f1"):
        pick(FOUND, ["early.em.f1"])


def test_all_results_and_the_headline_are_written(
    tmp_path: Path,
) -> None:
    results, metrics = tmp_path / "results/a.json", tmp_path / "metrics/a.json"
    write_results(FOUND, results=results, metrics=metrics, headline=["data.kind"])
    assert json.loads(results.read_text()) == FOUND
    assert json.loads(metrics.read_text()) == {"data": {"kind": "real"}}
