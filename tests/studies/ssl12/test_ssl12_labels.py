"""Statements are mapped to superclasses and groups of rhythms as published."""

import pytest

from ecgfuse.studies.ssl12.labels import RHYTHMS, SUPERCLASSES, UNKNOWN, rhythm, superclasses

CLASS_OF = {"NORM": "NORM", "IMI": "MI", "AMI": "MI", "LVH": "HYP"}


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["NORM", "SR"], {"NORM"}),
        (["IMI", "AMI"], {"MI"}),
        (["IMI", "LVH"], {"MI", "HYP"}),
        (["SR"], set()),
    ],
)
def test_a_recording_has_the_superclasses_of_its_diagnostic_statements(
    codes: list[str], expected: set[str]
) -> None:
    found = superclasses(codes, diagnostic_class=CLASS_OF)
    assert {name for name, has in zip(SUPERCLASSES, found, strict=True) if has} == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["SARRH", "NORM"], "SR"),
        (["AFLT"], "AFIB"),
        (["STACH"], "GSVT"),
        (["SBRAD"], "SB"),
        (["164890007"], "AFIB"),
        (["426761007", "713422000"], "GSVT"),
        (["426177001"], "SB"),
        (["427393009", "164934002"], "SR"),
    ],
)
def test_rhythms_are_grouped(codes: list[str], expected: str) -> None:
    assert RHYTHMS[rhythm(codes)] == expected


@pytest.mark.parametrize("codes", [["NORM"], ["PACE"], ["AFIB", "SBRAD"], []])
def test_no_group_and_several_are_unknown(codes: list[str]) -> None:
    assert rhythm(codes) == UNKNOWN
