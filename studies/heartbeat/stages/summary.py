"""Stage summary: collect the headline of the study."""

from pathlib import Path

from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.heartbeat.summary import summarise

STUDY = Path("studies/heartbeat")


def main() -> None:
    """Collect the headline of the other stages."""
    summarise(STUDY / "results", metrics=STUDY / "metrics/summary.json")


if __name__ == "__main__":
    run_stage(main)
