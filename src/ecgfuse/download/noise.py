"""Download the noise records; unlike the recordings, they need not be in the mirror."""

import os
from collections.abc import Mapping
from pathlib import Path

from ecgfuse.download.checksums import AbsentError
from ecgfuse.download.config import NoiseDataConfig
from ecgfuse.download.mirror import MIRROR_VARIABLE
from ecgfuse.download.sources import PARTIAL, PHYSIONET, download
from ecgfuse.download.transfer import PATIENCE, Patience


def download_noise(
    config: NoiseDataConfig,
    *,
    output: Path,
    partial: Path = PARTIAL,
    physionet: str = PHYSIONET,
    environment: Mapping[str, str] = os.environ,
    patience: Patience = PATIENCE,
) -> None:
    """Fill `output` with noise records, as `download` does with recordings.

    $ECGFUSE_MIRROR may have the recordings only. With the source auto, noise is then taken from
    where it would be without that variable; as a last resort it is synthetic.

    Raises:
        ValueError: as `download`.
    """

    def fill(environment: Mapping[str, str]) -> None:
        download(
            config,
            output=output,
            signals_of=sorted(config.kinds),
            partial=partial,
            physionet=physionet,
            environment=environment,
            patience=patience,
        )

    try:
        fill(environment)
    except AbsentError:
        if config.source != "auto" or MIRROR_VARIABLE not in environment:
            raise
        fill({name: value for name, value in environment.items() if name != MIRROR_VARIABLE})
