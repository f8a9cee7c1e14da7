"""Judged beats as a table."""

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Judged
from ecgfuse.annotate.classes import BeatClasses


def beat_table(judged: Judged, *, classes: BeatClasses) -> pd.DataFrame:
    """One row per beat: class, the probabilities p_NAME of all classes, and flag.

    The class is the most probable one; Q, without probabilities, for an unclassified beat.
    """
    probabilities, n_classes = judged.probabilities, len(classes.names)
    classified = np.isfinite(probabilities[:, 0])
    best = np.where(classified, np.nan_to_num(probabilities).argmax(axis=1), n_classes)
    columns = {f"p_{name}": probabilities[:, i] for i, name in enumerate(classes.names)}
    return pd.DataFrame({"class": np.array(classes.columns)[best], **columns, "flag": judged.flags})
