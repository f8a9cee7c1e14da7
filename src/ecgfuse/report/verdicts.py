"""Which targets were reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.report.published import TARGET_FUSION, TARGETS
from ecgfuse.report.rows import COLUMNS, ensemble_row, seed_row


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A target and the score that was reached, in percent."""

    title: str
    of: str
    """Which networks: "mean of 5 seeds", "one seed" or "ensemble"."""
    at_least: float
    value: float

    @property
    def reached(self) -> bool:
        """Whether the score, not rounded, is as high as the target."""
        return self.value >= self.at_least


def check_targets(results: Mapping[str, EvaluationResults]) -> list[Verdict]:
    """Compare the fusion that has targets with them.

    Args:
        results: fusion -> its results.

    Returns:
        One verdict per target; none if that fusion was not run.
    """
    if TARGET_FUSION not in results:
        return []
    found = results[TARGET_FUSION]
    mean, ensemble = seed_row(TARGET_FUSION, found), ensemble_row(TARGET_FUSION, found)
    seeds = "one seed" if found["seeds"] == 1 else f"mean of {found['seeds']} seeds"
    verdicts = []
    for target in TARGETS:
        value = (ensemble if target.of_ensemble else mean).values[target.score]
        assert value is not None  # None only in published results
        verdicts.append(
            Verdict(
                title=COLUMNS[target.score],
                of="ensemble" if target.of_ensemble else seeds,
                at_least=target.at_least,
                value=value,
            )
        )
    return verdicts
