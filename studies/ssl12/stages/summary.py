"""Stage summary: the scores of all objectives side by side."""

from pathlib import Path

from ecgfuse.ssl12.summary import summarise
from ecgfuse.stage import run_stage

STUDY = Path("studies/ssl12")


def main() -> None:
    """Join the scores, and draw them."""
    summarise(
        STUDY / "data/fine_tune.json",
        windows=STUDY / "data/windows/windows.csv",
        picture=STUDY / "plots/summary.png",
        results=STUDY / "results/summary.json",
        metrics=STUDY / "metrics/summary.json",
    )


if __name__ == "__main__":
    run_stage(main)
