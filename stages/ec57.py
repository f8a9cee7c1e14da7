"""Stage ec57: score the predictions of all fusions by the rules of ANSI/AAMI EC57."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.run import score_fusions
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage


def main() -> None:
    """Write the predictions as annotation files, and metrics/ec57.json."""
    score_fusions(
        predictions=Path("data/predictions"),
        database=Path("data/raw") / load_params(DataConfig).database,
        config=load_params(EC57Config),
        annotations=Path("data/annotations"),
        metrics=Path("metrics/ec57.json"),
    )


if __name__ == "__main__":
    run_stage(main)
