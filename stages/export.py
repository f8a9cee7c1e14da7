"""Stage export@MODEL: keep the best seed, with its preprocessing, in git."""

import sys

from ecgfuse.export.attention import add_attention
from ecgfuse.export.deployable import export_model
from ecgfuse.models.store import load_seeds
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.trained_model import model_named


def main() -> None:
    """Write models/MODEL.safetensors and models/MODEL.onnx."""
    model = model_named(sys.argv)
    export_model(
        load_seeds(model.networks),
        preprocess=model.preprocess(load_params(PreprocessConfig)),
        rr=model.rr(load_params(RRConfig)),
        out=model.exported,
    )
    add_attention(model.exported)


if __name__ == "__main__":
    run_stage(main)
