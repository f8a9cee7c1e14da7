"""Stage download_noise: fill data/raw with noise: from a mirror, PhysioNet, or synthetic.

The source is noise_data.source in params.yaml; $ECGFUSE_MIRROR names a folder or URL with a copy.
"""

from pathlib import Path

from ecgfuse.download.config import NoiseDataConfig
from ecgfuse.download.noise import download_noise
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage


def main() -> None:
    """Write the noise records used by the stage noisy_beats and the study noise."""
    config = load_params(NoiseDataConfig)
    download_noise(config, output=Path("data/raw") / config.database)


if __name__ == "__main__":
    run_stage(main)
