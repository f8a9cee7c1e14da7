"""People read of fields and files, not of options and paths."""

from pathlib import Path

import pytest

from ecgfuse.serve.analysis.plain_words import in_plain_words, sentence_of

MAIN = Path("/srv/data/recordings/abc/files/recording.csv")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            f"{MAIN}: declares no sampling rate; set --fs, such as --fs 250",
            '홍.csv: declares no sampling rate; set the field "Sampling rate", such as 250',
        ),
        (
            f"{MAIN.parent}/100.dat: was truncated",
            "100.dat: was truncated",
        ),
        (
            "choose it with --lead, such as --lead 'V1'",
            "choose it with the field \"Lead\", such as 'V1'",
        ),
        (
            "check the unit (--units for CSV files)",
            'check the unit (the field "Unit" for CSV files)',
        ),
        ("a--fsck stays", "a--fsck stays"),
    ],
)
def test_options_and_paths_are_replaced(text: str, plain: str) -> None:
    assert in_plain_words(text, MAIN, shown="홍.csv") == plain


def test_everything_in_a_summary_is_replaced_and_nothing_else_changes() -> None:
    summary = {"path": str(MAIN), "fs": 360.0, "warnings": [f"{MAIN}: odd"], "from": {"fs": "--fs"}}
    assert in_plain_words(summary, MAIN) == {
        "path": "recording.csv",
        "fs": 360.0,
        "warnings": ["recording.csv: odd"],
        "from": {"fs": 'the field "Sampling rate"'},
    }


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError(f"{MAIN}: bad"), "recording.csv: bad"),
        (MemoryError(), "the server has too little memory"),
        (OSError(28, "No space"), "the disk of the server is full"),
        (OSError(5, "Input/output error"), None),
        (KeyError("x"), None),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), None),
    ],
)
def test_only_what_a_person_can_mend_is_a_sentence(error: Exception, words: str | None) -> None:
    found = sentence_of(error, MAIN)
    if words is None:
        assert found is None
    else:
        assert str(found).startswith(words)
