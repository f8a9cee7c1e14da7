"""The section on robustness to noise."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.noise.kinds import NOISES
from ecgfuse.report.checks import Check, check_noise
from ecgfuse.report.figures import data_uri
from ecgfuse.studies.noise.results import NoiseResults


@dataclass(frozen=True, kw_only=True)
class NoiseSection:
    """Noise added to the test recordings."""

    table: pd.DataFrame
    synthetic: list[str]
    """Out of "recordings" and "noise"."""
    figure: str
    checks: list[Check]


def describe_noise(noise: NoiseResults, *, figure: Path) -> NoiseSection:
    """Build the section.

    Raises:
        ValueError: the figure is missing.
    """
    origins = {"recordings": noise["data"], "noise": noise["noise"]}
    return NoiseSection(
        table=noise_table(noise),
        synthetic=[name for name, origin in origins.items() if origin["kind"] == "synthetic"],
        figure=data_uri(figure),
        checks=check_noise(noise),
    )


def noise_table(noise: NoiseResults) -> pd.DataFrame:
    """Macro F1 by fusion and noise.

    Returns:
        Index (fusion, noise in words); columns clean, and the signal-to-noise ratios in dB as the
        results file has them.
    """
    rows = {
        (fusion, title): {"clean": noise[fusion]["clean"]["macro_f1"]}
        | {snr_db: scores["macro_f1"] for snr_db, scores in by_ratio.items()}
        for fusion in FUSIONS
        for kind, title in NOISES.items()
        if (by_ratio := noise[fusion].get(kind))
    }
    return pd.DataFrame.from_dict(rows, orient="index")
