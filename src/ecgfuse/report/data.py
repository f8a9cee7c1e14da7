"""What was run on which data: the description that all fusions share, splits, and chance levels."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.evaluate.results import DataDescription, EvaluationResults, ModelScores, SeedSummary
from ecgfuse.report import published
from ecgfuse.report.rows import BLOCKS

Params = Mapping[str, object]
"""All groups of params.yaml."""

_DATABASES = {"mitdb": "MIT-BIH Arrhythmia Database"}


@dataclass(frozen=True, kw_only=True)
class DataSection:
    """The section "Data and models"."""

    description: DataDescription
    database: str
    """In words where it is known."""
    synthetic: bool
    comparable: bool
    """Whether published results are of the same test records."""
    splits: Mapping[str, list[str]]
    """Name of the split -> its records, as far as the parameters list them."""
    block: str | None
    """How RR features join at the end, as far as the parameters say."""
    chance: Mapping[str, float]
    """Class -> AUPRC of chance: its share of the test beats."""


@dataclass(frozen=True, kw_only=True)
class SameSubject:
    """Results without the test record of a patient who is also in training or validation."""

    tested: str
    seen: str
    """The other record of the patient."""
    scores: Mapping[str, SeedSummary]
    """By fusion."""


def describe_data(
    results: Mapping[str, EvaluationResults], *, test_records: list[str], params: Params
) -> DataSection:
    """Build the section.

    Args:
        results: fusion -> its results; one fusion or more.
        test_records: names, sorted.

    Raises:
        ValueError: no fusion, fusions of different data, or data neither real nor synthetic.
    """
    description = common_data(results)
    synthetic = description["kind"] == "synthetic"
    database = description["database"]
    group = params.get("fusion")
    return DataSection(
        description=description,
        database=_DATABASES.get(database, database),
        synthetic=synthetic,
        comparable=not synthetic and database == "mitdb" and test_records == published.DS2,
        splits=_splits(params),
        block=BLOCKS.get(str(group.get("block"))) if isinstance(group, Mapping) else None,
        chance=_prevalence(next(iter(results.values()))["test"]),
    )


def common_data(results: Mapping[str, EvaluationResults]) -> DataDescription:
    """The data that all fusions were tested on.

    Raises:
        ValueError: no fusion, fusions of different data, or data neither real nor synthetic.
    """
    if not results:
        raise ValueError("there are no results of a fusion to report; run 'dvc repro'")
    first, *others = results
    data = results[first]["data"]
    for fusion in others:
        if results[fusion]["data"] != data:
            raise ValueError(
                f"data of fusion {fusion} is {results[fusion]['data']}, but that of {first} is "
                f"{data}; run 'dvc repro' so that all are tested on the same data"
            )
    if data.get("kind") not in ("real", "synthetic"):
        raise ValueError(
            f"data.kind of the results is {data.get('kind')!r}, but must be real or synthetic, so "
            "that the page can mark synthetic data; run 'dvc repro' to write the results again"
        )
    return data


def same_subject(
    results: Mapping[str, EvaluationResults], *, splits: Mapping[str, list[str]]
) -> SameSubject | None:
    """Results without that record; None if the patient is not on both sides of the split."""
    seen, tested = SAME_SUBJECT
    learned = {record for name, records in splits.items() if name != "test" for record in records}
    scores = {
        fusion: found["test_without_202"]
        for fusion, found in results.items()
        if "test_without_202" in found
    }
    if seen not in learned or len(scores) < len(results):
        return None
    return SameSubject(tested=tested, seen=seen, scores=scores)


def _splits(params: Params) -> dict[str, list[str]]:
    group = params.get("split")
    lists = group.items() if isinstance(group, Mapping) else ()
    return {
        str(name): [str(record) for record in records]
        for name, records in lists
        if isinstance(records, list | tuple)
    }


def _prevalence(scores: ModelScores) -> dict[str, float]:
    supports = {name: scores[name]["support"] for name in CLASSES}
    return {name: support / sum(supports.values()) for name, support in supports.items()}
