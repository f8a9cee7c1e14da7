"""The figures of the ood stage."""

from pathlib import Path

import numpy as np

from ecgfuse.ood.scores import ScoreName
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.ood import draw_auroc, draw_examples, draw_noise_flags
from ecgfuse.studies.heartbeat.ood_measure import OF_BEAT, OF_NETWORK, Part, View
from ecgfuse.studies.heartbeat.ood_results import OodResults


def draw_figures(
    results: OodResults, *, view: View, chosen: ScoreName, part: Part, out: Path
) -> None:
    """Write auroc.png, examples.png and noise.png.

    Args:
        view: of the network whose detector judges the examples.
        chosen: the score that is used.
        part: the test part.
        out: existing folder.
    """
    runs = list(results["scores"])
    columns = [(run, name) for run in runs for name in OF_NETWORK]
    columns += [(runs[0], name) for name in OF_BEAT]  # the same with all networks
    table: dict[tuple[str, str], dict[str, float]] = {
        (run, name): {k: one["auroc"] for k, one in results["scores"][run][name]["kinds"].items()}
        for run, name in columns
    }
    save_figure(draw_auroc(table), out / "auroc.png")
    scored = view.measured[chosen].test.others
    examples = {
        kind: rows[np.argsort(scored[rows], kind="stable")[len(rows) // 2]]
        for kind, rows in part.others.of_kind().items()
    }
    threshold = view.measured[chosen].detector.threshold
    figure = draw_examples(
        {kind: part.others.ecg[row] for kind, row in examples.items()},
        excess={kind: scored[row] - threshold for kind, row in examples.items()},
        faults={kind: str(part.other_faults[row]) for kind, row in examples.items()},
    )
    save_figure(figure, out / "examples.png")
    flagged, called_normal = (
        {
            kind: {float(ratio): one[field] for ratio, one in by_ratio.items()}
            for kind, by_ratio in results["noise"].items()
        }
        for field in ("flagged", "called_normal")
    )
    figure = draw_noise_flags(
        flagged,
        called_normal=called_normal,
        false_alarms=results["false_alarms"]["all"],
        synthetic=["electrode_motion"] if results["data"]["electrode_motion"] != "real" else [],
    )
    save_figure(figure, out / "noise.png")
