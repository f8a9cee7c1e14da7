"""The rows of a grid.yaml as DVC experiments, then table.md, .csv and a picture beside it.

    python studies/ablation/run.py [studies/ablation | studies/pretrain_folds]

It is started from the root of the repository, and goes on where it was stopped.
"""

import sys
from pathlib import Path

from ecgfuse.ablation.run import AblationPaths, run_ablation
from ecgfuse.stage import run_stage


def main() -> None:
    """Run what is missing, and write the results."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "studies/ablation")
    paths = AblationPaths(
        grid=folder / "grid.yaml",
        table=folder / "table.md",
        picture=folder / f"{folder.name}.png",
        results=folder / "results.json",
    )
    try:
        run_ablation(paths)
    except KeyboardInterrupt:
        sys.exit(f"interrupted; 'make {folder.name}' goes on where it stopped")
    print(paths.table.read_text())


if __name__ == "__main__":
    run_stage(main)
