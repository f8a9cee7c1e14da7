"""Stage leads: W2V+CMSC+RLM on fewer leads, and patient identification."""

import dataclasses
from pathlib import Path

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.studies.ssl12.config import FineTuneConfig, LeadsConfig, RecordingsConfig
from ecgfuse.studies.ssl12.leads import LeadsJob, lead_experiments

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
