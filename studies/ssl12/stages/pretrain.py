"""Stage pretrain@OBJECTIVE: an encoder from recordings without labels."""

import dataclasses
import sys
from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig, objective_named
from ecgfuse.ssl12.config import RecordingsConfig
from ecgfuse.ssl12.pretrain import pretrain
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import use_one_thread

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Pretrain by the objective that the command line names."""
    use_one_thread()
    objective = objective_named(sys.argv)
    pretrain(
        dataclasses.replace(load_params(PretrainConfig, path=PARAMS), objective=objective),
        fs=load_params(RecordingsConfig, path=PARAMS).fs,
        windows=STUDY / "data/windows",
        checkpoints=Path(".checkpoints"),
        out=STUDY / "data/pretrain" / objective,
    )


if __name__ == "__main__":
    run_stage(main)
