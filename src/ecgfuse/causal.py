"""Settings under which features use nothing later than the beat.

What is left is a fixed delay of 1.2 s: what is seen of a beat ends 0.4 s after its R peak, and the
filters, that of the baseline included, look 0.8 s ahead.
"""

import dataclasses
from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr


def causal_preprocess(config: PreprocessConfig) -> PreprocessConfig:
    """The same, with the median beat of the past in place of that of the record."""
    return dataclasses.replace(config, reference="causal")


def causal_rr(config: RRConfig) -> RRConfig:
    """The same, with no interval after the beat and the mean of the past."""
    return dataclasses.replace(config, causal=True)


def extract_causal(
    database: Path,
    *,
    preprocess_config: PreprocessConfig,
    rr_config: RRConfig,
    split: SplitConfig,
    out: Path,
    workers: int,
) -> None:
    """Cut the beats and measure the RR intervals of all splits by causal settings.

    Args:
        database: folder of the WFDB records.
        out: folder; gets beats/ and rr/, as the stages preprocess and rr write them.
        workers: processes; the result does not depend on them.

    Raises:
        ValueError: a record is missing or not usable.
    """
    preprocess(
        database,
        config=causal_preprocess(preprocess_config),
        split=split,
        out=out / "beats",
        workers=workers,
    )
    extract_rr(out / "beats", config=causal_rr(rr_config), out=out / "rr")
