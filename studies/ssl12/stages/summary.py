"""Stage summary: collect the scores of all objectives."""

from pathlib import Path

from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.ssl12.summary import summarise

STUDY = Path("studies/ssl12")


def main() -> None:
    """Combine the scores, and plot them."""
    summarise(
        STUDY / "data/fine_tune.json",
        windows=STUDY / "data/windows/windows.csv",
        figure=STUDY / "plots/summary.png",
        results=STUDY / "results/summary.json",
        metrics=STUDY / "metrics/summary.json",
    )


if __name__ == "__main__":
    run_stage(main)
