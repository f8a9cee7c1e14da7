"""Stage leads: lead I, lead II and all leads of PTB-XL through the same network."""

from pathlib import Path

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.heartbeat.leads import LeadsConfig, compare_leads
from ecgfuse.studies.heartbeat.training import FitConfig

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Train on one lead or all, and test on every lead of new patients."""
    compare_leads(
        load_params(LeadsConfig, path=PARAMS),
        training=load_params(FitConfig, path=PARAMS),
        evaluation=load_params(EvaluateConfig),
        beats=STUDY / "data/beats/ptbxl",
        checkpoints=Path(".checkpoints"),
        workers=n_networks_at_once(),
        results=STUDY / "results/leads.json",
        figure=STUDY / "plots/leads.png",
    )


if __name__ == "__main__":
    run_stage(main)
