"""Beats as CSV, and the summary as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ecgfuse.serve.finite import finite

NOTICE = "For research use only; not a medical device."

_FIRST = ("sample", "time_s", "class", "model_class")
_LAST = ("flag", "reference")


def beats_csv(beats: pd.DataFrame) -> bytes:
    """One line per beat: place, classes, probabilities, flag and, if there is one, the reference.

    Args:
        beats: as `corrected_beats` returns; class is the corrected one.
    """
    first = [name for name in _FIRST if name in beats.columns]
    last = [name for name in _LAST if name in beats.columns]
    middle = [name for name in beats.columns if name.startswith("p_")]
    text: str = beats[[*first, *middle, *last]].to_csv(
        index=False, float_format="%.6f", lineterminator="\n"
    )
    return text.encode()


def report_json(
    summary: Mapping[str, Any], *, corrections: Sequence[Mapping[str, Any]] = ()
) -> bytes:
    """The summary as an indented JSON document; what cannot be computed is null.

    Args:
        summary: of the corrected labels.
        corrections: log of the corrections.
    """
    content = {"notice": NOTICE, **summary, "corrections": list(corrections)}
    return (json.dumps(finite(content), indent=2, ensure_ascii=False) + "\n").encode()
