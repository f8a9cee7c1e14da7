"""A figure of single beats: the mean and some examples of each class."""

import numpy as np
from matplotlib.figure import Figure

from ecgfuse.datasets.single_beats import FS, LENGTH, SingleBeats
from ecgfuse.plots.beats import evenly_spaced
from ecgfuse.plots.figures import INK, class_colours, styled

_EXAMPLES = 8


@styled
def draw_classes(beats: SingleBeats) -> Figure:
    """Draw the mean beat of each class in a thick line, over evenly spaced examples.

    Classes without beats have no panel.
    """
    colours = class_colours(beats.classes)
    shown = [label for label in range(len(beats.classes)) if (beats.labels == label).any()]
    figure = Figure(figsize=(2.5 * len(shown), 2.7), layout="constrained")
    panels = figure.subplots(1, len(shown), sharex=True, sharey=True, squeeze=False)[0]
    times_ms = 1000 * np.arange(LENGTH) / FS
    for axes, label in zip(panels, shown, strict=True):
        name, mine = beats.classes[label], beats.labels == label
        for beat in evenly_spaced(mine, n=_EXAMPLES):
            if beat is not None:
                axes.plot(times_ms, beats.ecg[beat], color=colours[name], lw=0.7, alpha=0.45)
        axes.plot(times_ms, beats.ecg[mine].mean(axis=0), color=INK, lw=2)
        axes.set_title(f"{name}   {mine.sum():,} beats", color=colours[name])
        axes.set(xlim=(0, times_ms[-1]), ylim=(0, 1.02))
    panels[0].set_ylabel("ECG (scaled)")
    figure.supxlabel("time from the R peak (ms)", fontsize=10)
    return figure
