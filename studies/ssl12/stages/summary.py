"""Stage summary: the scores of all objectives side by side."""

from pathlib import Path

from ecgfuse.ssl12.summary import summarise
from ecgfuse.stage import run_stage


def main() -> None:
    """Join the scores, and draw them."""
    summarise(
        Path("data/fine_tune.json"),
        windows=Path("data/windows/windows.csv"),
        picture=Path("plots/summary.png"),
        out=Path("metrics/summary.json"),
    )


if __name__ == "__main__":
    run_stage(main)
