"""Figure of the memory of a program over time."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from ecgfuse.plots.figures import INK, styled

_COLOURS = {"main": "#b5b5b5", "web": "#56b4e9", "jobs": "#0072b2"}


@styled
def draw_memory(
    seconds: Sequence[float], megabytes: Mapping[str, Sequence[float]], *, until: float
) -> Figure:
    """Draw the memory of the processes of the web application, stacked by kind.

    Args:
        seconds: times of the samples, (n,).
        megabytes: kind of process, main, web or jobs -> memory of all of them, (n,).
        until: time at which the work was done.
    """
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.subplots()
    labels = {"main": "ecgfuse serve", "web": "web workers", "jobs": "job workers"}
    axes.stackplot(
        seconds,
        *megabytes.values(),
        labels=[labels[kind] for kind in megabytes],
        colors=[_COLOURS[kind] for kind in megabytes],
    )
    axes.axvline(until, color=INK, ls="--", lw=1)
    axes.annotate(
        "all analysed", (until, 1), xycoords=("data", "axes fraction"), xytext=(-4, -4),
        textcoords="offset points", ha="right", va="top", fontsize=9,
    )  # fmt: skip
    axes.set(xlabel="time since the first request (s)", ylabel="memory (MB)")
    highest = max(map(sum, zip(*megabytes.values(), strict=True)))
    axes.set(xlim=(0, max(seconds)), ylim=(0, 1.15 * highest))
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
