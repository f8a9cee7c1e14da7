"""Stage report: all settings and results as one HTML page."""

from pathlib import Path

from ecgfuse.pipeline.stage import run_stage
from ecgfuse.report.build import build_report


def main() -> None:
    """Write report.html."""
    build_report(Path(), out=Path("report.html"))


if __name__ == "__main__":
    run_stage(main)
