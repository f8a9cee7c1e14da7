"""Beats that deserve a second look, since the model is not sure of their class."""

import numpy as np
import pandas as pd

from ecgfuse.serve.measures.beats import probabilities

DOUBT_BELOW = 0.8
"""A beat is doubtful if the probability of its class, the highest, is below this.

Chosen on the validation patients of DS1 with the network `best`: 2.4 % of their beats are
doubtful, more than half of these (58 %) have a wrong class, and they hold 57 % of all wrong ones.
At 0.7 it would be 45 % of the wrong ones, and at 0.9 more doubtful beats would be right than wrong.
Networks for single beats take the same limit unmeasured."""


def doubtful(beats: pd.DataFrame) -> np.ndarray:
    """Which beats are doubtful, (n_beats,) bool.

    An unclassified beat is not: its flag says what is wrong. Nor is a corrected one.

    Args:
        beats: table of beats with the columns class and model_class.
    """
    found = probabilities(beats)
    highest = np.where(np.isfinite(found), found, -np.inf).max(axis=1, initial=-np.inf)
    unsure = np.isfinite(highest) & (highest < DOUBT_BELOW)
    return unsure & (beats["class"] == beats["model_class"]).to_numpy()
