"""Each record, and so each patient, is in one split only."""

import pytest
from root import ROOT

from ecgfuse.datasets.splits import SPLITS, SplitConfig
from ecgfuse.pipeline.params import build_config, load_params


def test_records_by_split_keep_their_order() -> None:
    split = SplitConfig(train=("203", "101"), valid=("114",), test=("100", "232"))
    assert split.records() == {"train": ("203", "101"), "valid": ("114",), "test": ("100", "232")}
    assert tuple(split.records()) == SPLITS


def test_a_record_in_two_splits_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"split\.test is '101', but that record is already in split\.train; name"
    ):
        SplitConfig(train=("100", "101"), valid=("114",), test=("101",))


def test_a_record_twice_in_one_split_is_refused() -> None:
    with pytest.raises(ValueError, match=r"split\.valid is '114', .* already in split\.valid"):
        SplitConfig(train=("100",), valid=("114", "114"), test=("101",))


def test_an_unquoted_record_name_in_two_splits_is_refused() -> None:
    with pytest.raises(ValueError, match=r"split\.test is '100', .* already in split\.train"):
        build_config(SplitConfig, {"train": ["100"], "valid": ["114"], "test": [100]})


@pytest.mark.parametrize("empty", SPLITS)
def test_an_empty_split_is_refused(empty: str) -> None:
    names = {"train": ("100",), "valid": ("114",), "test": ("101",)} | {empty: ()}
    with pytest.raises(ValueError, match=rf"split\.{empty} is \[\], but must name at least one"):
        SplitConfig(**names)  # type: ignore[arg-type]


def test_the_split_of_the_project_is_that_of_de_chazal() -> None:
    """DS1 is for training and validation, DS2 for the test (de Chazal 2004, table I)."""
    split = load_params(SplitConfig, path=ROOT / "params.yaml")
    ds1 = "101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230"
    ds2 = "100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234"
    assert sorted(split.train + split.valid) == ds1.split()
    assert sorted(split.test) == ds2.split()
