"""Where models lie is what the pipelines declare."""

from pathlib import Path

import pytest
import yaml
from root import ROOT

from ecgfuse.datasets.fusions import FUSIONS, MODELS
from ecgfuse.places import Places


def declared(model: str) -> set[str]:
    """Everything that the pipeline of a model leaves."""
    text = (ROOT / Places(model).home / "dvc.yaml").read_text()
    for written in ("${key}", "${item}"):
        text = text.replace(written, model)
    stages = yaml.safe_load(text)["stages"].values()
    return {
        path
        for stage in stages
        for kind in ("outs", "metrics", "plots")
        for out in stage.get("do", stage).get(kind, [])
        for path in ([out] if isinstance(out, str) else out)
    }


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_leaves_is_an_output_of_its_pipeline(model: str) -> None:
    places = Places(model)
    left = {
        places.networks,
        places.history,
        places.predictions,
        places.plots,
        places.results,
        places.metrics,
        places.exported,
        places.exported.with_suffix(".onnx"),
    }
    assert {str(path) for path in left} <= declared(model)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_the_fusions_are_of_the_root_pipeline(fusion: str) -> None:
    assert Places(fusion).home == Path()
    assert Places(fusion).features == Path("data")
