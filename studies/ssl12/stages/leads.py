"""Stage leads: W2V+CMSC+RLM on fewer leads, and patient identification."""

import dataclasses
from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.ssl12.config import FineTuneConfig, LeadsConfig, RecordingsConfig
from ecgfuse.ssl12.lead_experiments import LeadsJob, lead_experiments
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import n_networks_at_once

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Run every recipe on every set of leads."""
    lead_experiments(
        LeadsJob(
            pretrain=dataclasses.replace(
                load_params(PretrainConfig, path=PARAMS), objective="w2v_cmsc_rlm"
            ),
            fine_tune=load_params(FineTuneConfig, path=PARAMS),
            leads=load_params(LeadsConfig, path=PARAMS),
            fs=load_params(RecordingsConfig, path=PARAMS).fs,
            windows=STUDY / "data/windows",
            checkpoints=Path(".checkpoints"),
        ),
        workers=n_networks_at_once(),
        results=STUDY / "results/leads.json",
        metrics=STUDY / "metrics/leads.json",
    )


if __name__ == "__main__":
    run_stage(main)
