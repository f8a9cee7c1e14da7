"""Tables of beats for the tests of measures and of the API."""

import numpy as np
import pandas as pd

FS = 250.0
"""Sampling rate of the tables in Hz."""


def beat_table(
    classes: str,
    *,
    rr_s: float | list[float] = 0.8,
    flags: dict[int, str] | None = None,
    p: dict[int, float] | None = None,
    corrected: dict[int, str] | None = None,
) -> pd.DataFrame:
    """Beats as `corrected_beats` returns them.

    Args:
        classes: one letter per beat, as the model says; Q has the flag noise unless given.
        rr_s: distance of all beats, and of the first one from the start, or of each.
        flags: row -> flag.
        p: row -> probability of its class; 0.97 otherwise.
        corrected: row -> corrected class.
    """
    steps = [rr_s] * len(classes) if isinstance(rr_s, float) else rr_s
    samples = np.rint(np.cumsum(steps) * FS).astype(np.int64)
    certainty = [(p or {}).get(row, 0.97) for row in range(len(classes))]
    named = ["noise" if name == "Q" else "" for name in classes]
    for row, flag in (flags or {}).items():
        named[row] = flag
    table = pd.DataFrame(
        {"sample": samples, "time_s": samples / FS, "class": list(classes), "flag": named}
    )
    for name in "NSVF":
        table[f"p_{name}"] = [
            np.nan if own == "Q" else top if own == name else (1 - top) / 3
            for own, top in zip(classes, certainty, strict=True)
        ]
    table["model_class"] = table["class"]
    for row, name in (corrected or {}).items():
        table.loc[row, "class"] = name
    return table


def binary_table(classes: str) -> pd.DataFrame:
    """Beats of a model of normal (N) and abnormal (A) beats, 0.8 s apart; Q is unclassified."""
    table = beat_table(classes.replace("A", "V"))
    abnormal = table["p_V"]
    table = table.drop(columns=["p_S", "p_V", "p_F"]).assign(p_abnormal=abnormal)
    for column in ("class", "model_class"):
        table[column] = table[column].replace({"V": "abnormal"})
    return table
