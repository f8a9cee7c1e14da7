"""make ablation: the rows of grid.yaml as DVC experiments, then table.md, .csv and .png.

It is started from the root of the repository, and goes on where it was stopped.
"""

import sys
from pathlib import Path

from ecgfuse.ablation.run import AblationPaths, run_ablation
from ecgfuse.stage import run_stage

HERE = Path("studies/ablation")


def main() -> None:
    """Run what is missing, and write the results."""
    paths = AblationPaths(
        grid=HERE / "grid.yaml",
        table=HERE / "table.md",
        picture=HERE / "ablation.png",
        metrics=Path("metrics/ablation.json"),
    )
    try:
        run_ablation(paths)
    except KeyboardInterrupt:
        sys.exit("interrupted; 'make ablation' goes on where it stopped")
    print(paths.table.read_text())


if __name__ == "__main__":
    run_stage(main)
