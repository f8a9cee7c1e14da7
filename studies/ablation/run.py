"""Run the rows of a grid.yaml as DVC experiments, then write table.md, .csv and a figure.

    python studies/ablation/run.py [studies/ablation | studies/pretrain_folds]

Run it from the root of the repository; an interrupted run continues where it stopped.
"""

import sys
from pathlib import Path

from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.ablation.run import AblationPaths, run_ablation


def main() -> None:
    """Run the missing rows, and write the results."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "studies/ablation")
    paths = AblationPaths(
        grid=folder / "grid.yaml",
        table=folder / "table.md",
        figure=folder / f"{folder.name}.png",
        results=folder / "results.json",
    )
    try:
        run_ablation(paths)
    except KeyboardInterrupt:
        sys.exit(f"interrupted; 'make {folder.name}' continues where it stopped")
    print(paths.table.read_text())


if __name__ == "__main__":
    run_stage(main)
