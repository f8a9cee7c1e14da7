"""Stage pretrain: unlabelled beats of the training patients -> the backbone of the fusions."""

from pathlib import Path

import torch

from ecgfuse.models.config import ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.run import pretrain
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import keep_freed_memory


def main() -> None:
    """Pretrain by the objective of params.yaml, if it names one."""
    torch.set_num_threads(1)  # so that the result does not depend on how many cores there are
    keep_freed_memory()
    pretrain(
        load_params(PretrainConfig),
        model=load_params(ModelConfig),
        beats=Path("data/beats"),
        checkpoints=Path(".checkpoints"),
        out=Path("data/pretrain"),
    )


if __name__ == "__main__":
    run_stage(main)
