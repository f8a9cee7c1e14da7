"""Stage export: keep one model of each network, with its detector of unfamiliar beats, in git."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.export import export_models
from ecgfuse.studies.heartbeat.networks import NetworksConfig

STUDY = Path("studies/heartbeat")


def main() -> None:
    """Write models/heartbeat/NAME.safetensors and models/heartbeat/NAME.onnx."""
    export_models(
        seeds=load_params(NetworksConfig, path=STUDY / "params.yaml").seeds,
        beats=STUDY / "data/beats",
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        networks=STUDY / "data/networks/inter",
        ood=STUDY / "data/ood",
        small=STUDY / "data/small",
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        out=Path("models/heartbeat"),
    )


if __name__ == "__main__":
    run_stage(main)
