"""Stage table: published and own scores side by side, and the bridge, as a page."""

from pathlib import Path

from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.table import write_table

STUDY = Path("studies/published")


def main() -> None:
    """Write studies/published/results/table.md."""
    write_table(
        published=STUDY / "results/published.json",
        forest=STUDY / "results/forest.json",
        bridge=STUDY / "results/bridge.json",
        today=Path("results/hybrid.json"),
        out=STUDY / "results/table.md",
    )


if __name__ == "__main__":
    run_stage(main)
