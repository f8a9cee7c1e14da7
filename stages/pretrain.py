"""Stage pretrain: unlabelled beats of the training patients -> the backbone of the fusions."""

from pathlib import Path

from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.config import ModelConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.run import pretrain


def main() -> None:
    """Pretrain by the objective of params.yaml, unless that is none."""
    use_one_thread()
    pretrain(
        load_params(PretrainConfig),
        model=load_params(ModelConfig),
        beats=Path("data/beats"),
        checkpoints=Path(".checkpoints"),
        out=Path("data/pretrain"),
    )


if __name__ == "__main__":
    run_stage(main)
