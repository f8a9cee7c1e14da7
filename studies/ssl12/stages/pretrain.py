"""Stage pretrain@OBJECTIVE: an encoder from recordings without labels."""

import dataclasses
import sys
from pathlib import Path

import torch

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig, objective_named
from ecgfuse.ssl12.config import RecordingsConfig
from ecgfuse.ssl12.pretrain import pretrain
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import keep_freed_memory


def main() -> None:
    """Pretrain by the objective that the command line names."""
    torch.set_num_threads(1)  # so that the result does not depend on how many cores there are
    keep_freed_memory()
    objective = objective_named(sys.argv)
    pretrain(
        dataclasses.replace(load_params(PretrainConfig), objective=objective),
        fs=load_params(RecordingsConfig).fs,
        windows=Path("data/windows"),
        checkpoints=Path(".checkpoints"),
        out=Path("data/pretrain") / objective,
    )


if __name__ == "__main__":
    run_stage(main)
