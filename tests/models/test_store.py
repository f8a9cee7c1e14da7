"""Model files lose nothing, and unusable ones are refused with reason and cure."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from small_networks import (
    BLOCKS_WITHOUT_ATTENTION,
    LENGTH,
    MODEL,
    N_ROWS,
    assert_identical,
    block_with,
    network_of,
    random_inputs,
    read_by,
    spec_of,
    stored_model,
)
from torch import Tensor

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.models.config import Block
from ecgfuse.models.store import (
    NetworkSpec,
    check_fits,
    input_shape,
    load_model,
    load_seeds,
    save_model,
)

CURE = r"run the stage that writes it again, or restore it"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a small hybrid network of seed 3."""
    write(tmp_path / "seed-3.safetensors", fusion="hybrid", seed=3)
    return tmp_path / "seed-3.safetensors"


def write(path: Path, *, fusion: Fusion, seed: int) -> None:
    stored = stored_model(fusion, seed=seed)
    save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the description in a model file and leave the weights."""
    stored = load_model(path)
    description = {"spec": dataclasses.asdict(stored.spec), "origin": stored.origin}
    change(description)
    save_file(load_file(path), path, metadata={"ecgfuse": json.dumps(description)})


@pytest.mark.parametrize("fusion", NETWORKS)
def test_saved_model_is_read_back_without_loss(fusion: Fusion, tmp_path: Path) -> None:
    network = network_of(fusion, seed=5)
    origin = {"seed": 5, "epoch": 2, "valid_macro_auprc": 1 / 3, "rows": ["interval"]}
    save_model(network.state_dict(), tmp_path / "m", spec=spec_of(fusion), origin=origin)
    stored = load_model(tmp_path / "m")
    assert stored.spec == spec_of(fusion)
    assert stored.origin == origin
    assert_identical(dict(stored.network.state_dict()), dict(network.state_dict()))
    assert torch.equal(stored.network(random_inputs(4)), network(random_inputs(4)))


def test_loaded_network_is_in_evaluation_mode(path: Path) -> None:
    assert not any(module.training for module in load_model(path).network.modules())


def test_equal_models_are_equal_files(path: Path, tmp_path: Path) -> None:
    write(tmp_path / "again", fusion="hybrid", seed=3)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_settings_without_effect_on_the_weights_are_kept(tmp_path: Path) -> None:
    block = block_with(key_value="pooled", num_heads=4, dropout=0.25)
    model = dataclasses.replace(spec_of("late").model, dilations=(3, 7))
    spec = spec_of("late", model=model, block=block)
    save_model(spec.build().state_dict(), tmp_path / "m", spec=spec, origin={})
    assert load_model(tmp_path / "m").spec == spec


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_model_with_another_block_is_read_back_without_loss(block: Block, tmp_path: Path) -> None:
    stored = stored_model("late", seed=5, block=block_with(block=block))
    save_model(stored.network.state_dict(), tmp_path / "m", spec=stored.spec, origin={})
    again = load_model(tmp_path / "m")
    assert again.spec == stored.spec
    assert torch.equal(again.network(random_inputs(4)), stored.network(random_inputs(4)))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"gone: no such model file; {CURE}"):
        load_model(tmp_path / "gone")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_truncated_file_is_refused(share: float, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match=rf"seed-3.*not a safetensors file .*{CURE}"):
        load_model(path)


def test_file_of_another_kind_is_refused(path: Path) -> None:
    path.write_text("seed,epoch\n3,1\n" * 100)
    with pytest.raises(ValueError, match=rf"seed-3.*not a safetensors file .*{CURE}"):
        load_model(path)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_safetensors_file_without_our_metadata_is_refused(
    metadata: dict[str, str] | None, path: Path
) -> None:
    save_file({"weight": torch.ones(2)}, path, metadata=metadata)
    with pytest.raises(ValueError, match=rf"seed-3.*not a model file of ecgfuse; {CURE}"):
        load_model(path)


def no_length(description: dict[str, Any]) -> None:
    del description["spec"]["length"]


def no_origin(description: dict[str, Any]) -> None:
    del description["origin"]


def unknown_fusion(description: dict[str, Any]) -> None:
    description["spec"]["fusion"] = "middle"


def unknown_parameter(description: dict[str, Any]) -> None:
    description["spec"]["model"]["depth"] = 3


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (no_length, "length"),
        (no_origin, "origin"),
        (unknown_fusion, "unknown fusion 'middle'"),
        (unknown_parameter, r"unknown parameter model\.depth"),
    ],
)
def test_description_of_another_version_is_refused(
    change: Callable[[dict[str, Any]], None], complaint: str, path: Path
) -> None:
    rewrite(path, change)
    with pytest.raises(ValueError, match=rf"seed-3.*{complaint}.*{CURE}"):
        load_model(path)


def test_description_that_is_not_json_is_refused(path: Path) -> None:
    save_file(load_file(path), path, metadata={"ecgfuse": "{'spec"})
    with pytest.raises(ValueError, match=rf"seed-3.*{CURE}"):
        load_model(path)


def test_missing_tensor_is_refused_by_name(path: Path) -> None:
    description = {"spec": dataclasses.asdict(spec_of("hybrid")), "origin": {}}
    weights = load_file(path)
    del weights["classifier.bias"]
    save_file(weights, path, metadata={"ecgfuse": json.dumps(description)})
    with pytest.raises(ValueError, match=rf"(?s)do not fit.*classifier\.bias.*{CURE}"):
        load_model(path)


def more_rows(description: dict[str, Any]) -> None:
    description["spec"]["n_signal_rows"] = N_ROWS + 1


def other_block(description: dict[str, Any]) -> None:
    description["spec"]["block"]["block"] = "film"


def more_dilations(description: dict[str, Any]) -> None:
    description["spec"]["model"]["dilations"] = [1, 2, 3]


def other_fusion(description: dict[str, Any]) -> None:
    description["spec"]["fusion"] = "late"


@pytest.mark.parametrize("change", [more_rows, more_dilations, other_fusion, other_block])
def test_weights_that_do_not_fit_their_description_are_refused(
    change: Callable[[dict[str, Any]], None], path: Path
) -> None:
    rewrite(path, change)
    with pytest.raises(ValueError, match=rf"(?s)seed-3.*do not fit the network.*{CURE}"):
        load_model(path)


def test_seeds_are_read_in_the_order_of_their_number(tmp_path: Path) -> None:
    for seed in (10, 2, 1):
        write(tmp_path / f"seed-{seed}.safetensors", fusion="early", seed=seed)
    assert [stored.origin["seed"] for stored in load_seeds(tmp_path)] == [1, 2, 10]


def test_folder_without_models_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match="no trained model; run the stage that writes this folder"):
        load_seeds(tmp_path)


@pytest.mark.parametrize("fusion", NETWORKS)
def test_the_specification_for_beats_has_the_shapes_of_what_the_network_reads(
    fusion: Fusion,
) -> None:
    expected = spec_of(fusion)
    spec = NetworkSpec.for_beats(
        read_by(fusion, random_inputs(2)),
        fusion=fusion,
        model=MODEL,
        size="small",
        block=expected.block,
    )
    assert spec == expected


def test_the_compared_networks_read_equal_shapes_of_waveform_and_rr() -> None:
    shapes = {fusion: input_shape(read_by(fusion, random_inputs(2))) for fusion in NETWORKS}
    whole = {"n_signal_rows": N_ROWS, "length": LENGTH, "n_rr": 7, "n_morphology": 6}
    assert shapes["early"] == shapes["late"] == shapes["hybrid"] == whole
    assert shapes["waveform"] == whole | {"n_rr": 0}
    assert shapes["rr"] == dict.fromkeys(whole, 0) | {"n_rr": 7}


@pytest.mark.parametrize("fusion", NETWORKS)
def test_beats_of_the_right_shape_are_accepted(fusion: Fusion) -> None:
    check_fits(stored_model(fusion, seed=1), read_by(fusion, random_inputs(2)), path=Path("m"))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"ecg": torch.zeros(2, N_ROWS + 1, LENGTH)}, f"n_signal_rows = {N_ROWS}, these have 3"),
        ({"ecg": torch.zeros(2, N_ROWS, LENGTH + 2)}, f"length = {LENGTH}, these have 34"),
        ({"rr": torch.zeros(2, 3)}, "n_rr = 7, these have 3"),
        ({"morphology": torch.zeros(2, 12)}, "n_morphology = 6, these have 12"),
        ({"morphology": torch.zeros(2, 0)}, "n_morphology = 6, these have 0"),
    ],
)
def test_beats_of_another_shape_are_refused(changed: dict[str, Tensor], complaint: str) -> None:
    inputs = random_inputs(2)._replace(**changed)
    with pytest.raises(ValueError, match=rf"m: .*trained on beats with {complaint}: .*train it"):
        check_fits(stored_model("hybrid", seed=1), inputs, path=Path("m"))
