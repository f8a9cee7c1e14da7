"""The fingerprints of a stage cover every function that it runs."""

from pathlib import Path

import pytest
from pipelines import STAGES, Stage
from traced import executed, missing

from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Walks

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("finished"),
]


def names_of(stage: Stage) -> list[str]:
    """The names of a stage in DVC, one per item of foreach."""
    name = stage.name if stage.pipeline == "." else f"{stage.pipeline}/dvc.yaml:{stage.name}"
    items = ["svdb"] if stage.pipeline == "studies/external" else stage.items
    return [name] if items is None else [f"{name}@{item}" for item in items]


def test_every_function_that_a_stage_ran_is_in_its_fingerprints(finished):
    walks = Walks(Package(finished.root))
    for stage in STAGES:
        for name in names_of(stage):
            assert executed(finished.traces / name), f"nothing of {name} was recorded"
            assert missing(finished.traces / name, walks.reach(stage.script)) == []


def test_optional_code_is_in_the_fingerprints_as_well(repository):
    repository.set_params({"augment": {"noisy_beats": 0.5}, "pretrain": {"objective": "mae_moco"}})
    with repository.traced():
        repository.repro("train@hybrid")
    walks = Walks(Package(repository.root))
    for name in ("noisy_beats", "pretrain", "train@hybrid"):
        script = Path("stages", f"{name.partition('@')[0]}.py")
        assert missing(repository.traces / name, walks.reach(script)) == []
