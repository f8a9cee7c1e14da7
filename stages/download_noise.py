"""Stage download_noise: fill data/raw with noise, from where the recordings come from.

The source is noise_data.source in params.yaml; $ECGFUSE_MIRROR names a folder or URL with a copy.
"""

from pathlib import Path

from ecgfuse.download.config import NoiseDataConfig
from ecgfuse.download.noise import download_noise
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage


def main() -> None:
    """Fetch the noise records that noisy_beats and the study noise add."""
    config = load_params(NoiseDataConfig)
    download_noise(config, output=Path("data/raw") / config.database)


if __name__ == "__main__":
    run_stage(main)
