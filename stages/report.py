"""Stage report: what was run and what came of it, as one HTML page."""

from pathlib import Path

from ecgfuse.report.build import build_report
from ecgfuse.stage import run_stage


def main() -> None:
    """Write report.html."""
    build_report(Path(), out=Path("report.html"))


if __name__ == "__main__":
    run_stage(main)
