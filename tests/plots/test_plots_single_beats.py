"""The figure of single beats has a panel for each class with beats."""

import numpy as np
import pandas as pd

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.datasets.single_beats import LENGTH, SingleBeats
from ecgfuse.plots.single_beats import draw_classes


def test_each_class_has_examples_and_its_mean_in_milliseconds() -> None:
    labels = np.array([0] * 20 + [2] * 3)
    ecg = np.random.default_rng(0).random((23, LENGTH), dtype=np.float32)
    beats = SingleBeats(ecg=ecg, table=pd.DataFrame({"label": labels}), classes=EC57_CLASSES)
    first, second = draw_classes(beats).axes
    assert first.get_title(loc="left") == "N   20 beats"
    assert second.get_title(loc="left") == "V   3 beats"
    assert len(first.lines) == 8 + 1
    assert len(second.lines) == 3 + 1
    mean = second.lines[-1]
    np.testing.assert_allclose(mean.get_ydata(), ecg[20:].mean(axis=0), rtol=1e-6)
    assert mean.get_xdata()[-1] == 1488.0  # 186 samples of 8 ms
