"""Named models: their files, features and command line."""

import dataclasses

import pytest
import yaml
from root import ROOT

from ecgfuse.datasets.fusions import FUSIONS, NETWORKS
from ecgfuse.models.config import FusionConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.config import AugmentConfig
from ecgfuse.train.trained_model import (
    CAUSAL,
    DISTILLED,
    EXPORTED,
    MODELS,
    TRAINED_ON_LABELS,
    TrainedModel,
    model_named,
)

PARAMS = ROOT / "params.yaml"


def declared_outputs(model: TrainedModel) -> set[str]:
    """All outputs of the pipeline of a model."""
    text = (ROOT / model.pipeline / "dvc.yaml").read_text()
    for variable in ("${key}", "${item}"):
        text = text.replace(variable, model.name)
    stages = yaml.safe_load(text)["stages"].values()
    return {
        path
        for stage in stages
        for kind in ("outs", "metrics", "plots")
        for out in stage.get("do", stage).get(kind, [])
        for path in ([out] if isinstance(out, str) else out)
    }


@pytest.mark.parametrize("name", MODELS)
def test_files_of_a_model_are_outputs_of_its_pipeline(name: str) -> None:
    model = TrainedModel(name)
    files = {
        model.networks,
        model.history,
        model.predictions,
        model.plots,
        model.results,
        model.metrics,
    }
    if name in EXPORTED:
        files |= {model.exported, model.exported.with_suffix(".onnx")}
    assert {str(path) for path in files} <= declared_outputs(model)


@pytest.mark.parametrize("name", MODELS)
def test_the_features_of_a_model_are_outputs_of_a_pipeline(name: str) -> None:
    features = TrainedModel(name).features
    outputs = declared_outputs(TrainedModel(name)) | declared_outputs(TrainedModel("early"))
    assert {str(features / "beats"), str(features / "rr")} <= outputs


def test_only_the_causal_model_has_causal_features_and_no_noisy_beats() -> None:
    preprocess, rr = load_params(PreprocessConfig, path=PARAMS), load_params(RRConfig, path=PARAMS)
    augment = load_params(AugmentConfig, path=PARAMS)
    for name in (*FUSIONS, DISTILLED):
        model = TrainedModel(name)
        assert not model.is_causal
        assert (model.preprocess(preprocess), model.rr(rr)) == (preprocess, rr)
        assert model.augment(augment) == augment
    causal = TrainedModel(CAUSAL)
    assert causal.is_causal
    assert causal.preprocess(preprocess).reference == "causal"
    assert causal.rr(rr).causal
    assert causal.augment(augment).noisy_beats == 0


def test_a_model_is_trained_as_the_fusion_of_its_name_a_block_late_and_causal_hybrid() -> None:
    fusions = {name: TrainedModel(name).fusion for name in TRAINED_ON_LABELS}
    blocks = dict.fromkeys(("concat", "gated_concat", "film"), "late")
    assert fusions == {name: name for name in NETWORKS} | blocks | {"causal": "hybrid"}
    with pytest.raises(ValueError, match=r"best is not trained on labels; see distill\.student"):
        _ = TrainedModel(DISTILLED).fusion


@pytest.mark.parametrize("name", TRAINED_ON_LABELS)
def test_a_model_named_after_a_block_has_that_block_and_all_others_the_configured_one(
    name: str,
) -> None:
    configured = load_params(FusionConfig, path=PARAMS)
    named = dataclasses.replace(configured, block=name)  # type: ignore[arg-type]
    is_block = name in ("concat", "gated_concat", "film")
    assert TrainedModel(name).block(configured) == (named if is_block else configured)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'later' is no model.* early, late, hybrid, .*best"):
        TrainedModel("later")


def test_the_only_argument_names_the_model() -> None:
    assert model_named(["stages/evaluate.py", "best"]) == TrainedModel("best")


@pytest.mark.parametrize("arguments", [[], ["best"], ["early", "late"]])
def test_a_wrong_command_line_is_refused_with_its_usage(arguments: list[str]) -> None:
    usage = r"usage: stages/train\.py MODEL.*: waveform \| rr \| early .*\| film \| causal"
    with pytest.raises(ValueError, match=usage):
        model_named(["stages/train.py", *arguments], allowed=TRAINED_ON_LABELS)
