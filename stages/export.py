"""Stage export@FUSION: keep the best seed of a fusion, with its preprocessing, in git."""

import sys
from pathlib import Path

from ecgfuse.datasets.fusions import fusion_named
from ecgfuse.export.deployable import export_model
from ecgfuse.models.store import load_seeds
from ecgfuse.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.stage import run_stage


def main() -> None:
    """Write models/FUSION.safetensors."""
    fusion = fusion_named(sys.argv)
    export_model(
        load_seeds(Path("data/train") / fusion),
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        out=Path(f"models/{fusion}.safetensors"),
    )


if __name__ == "__main__":
    run_stage(main)
