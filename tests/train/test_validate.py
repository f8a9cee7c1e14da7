"""Validation does not change the network, and its scores equal those computed by hand."""

import math

import pytest
import torch
from small_networks import assert_identical, labelled_beats, network_of, random_inputs, read_by
from torch import Tensor, nn

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.train.validate import predict_logits, validate


class Echo(nn.Module):
    """Returns the RR features as logits; the weight only defines its device."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))

    def forward(self, inputs: Inputs) -> Tensor:
        return inputs.rr


def echoed(logits: list[list[float]], labels: list[int]) -> LabelledInputs:
    inputs = random_inputs(len(labels))._replace(rr=torch.tensor(logits))
    patients = torch.zeros(len(labels), dtype=torch.int64)
    return LabelledInputs(inputs=inputs, labels=torch.tensor(labels), patients=patients)


@pytest.mark.parametrize("fusion", ["hybrid", "rr"])
def test_predictions_do_not_depend_on_the_batches(fusion: Fusion) -> None:
    network, inputs = network_of(fusion), read_by(fusion, random_inputs(10))
    whole = predict_logits(network, inputs)
    assert whole.shape == (10, 4)
    assert whole.dtype == torch.float32
    torch.testing.assert_close(predict_logits(network, inputs, batch_size=3), whole)


def test_prediction_does_not_change_the_network() -> None:
    network = network_of("hybrid").train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    predict_logits(network, random_inputs(10))
    assert_identical(dict(network.state_dict()), before)


def test_scores_equal_those_by_hand() -> None:
    confident = math.log(17.0)  # softmax 17/20 for this class, 1/20 for the others
    rows = {called: [confident * (called == label) for label in range(4)] for called in range(4)}
    called = [0, 0, 1, 1, 2, 3]
    scores = validate(Echo(), echoed([rows[c] for c in called], [0, 0, 0, 1, 2, 3]))
    assert scores["valid_loss"] == pytest.approx((5 * math.log(20 / 17) + math.log(20)) / 6)
    # F1: N 2 * 2 / (3 + 2), S 2 * 1 / (1 + 2), V and F 1.
    assert scores["valid_macro_f1"] == pytest.approx((4 / 5 + 2 / 3 + 2) / 4)
    # AUPRC: N 2/3 at precision 1, 1/3 at 3/6; S at 1/2; V and F 1.
    assert scores["valid_macro_auprc"] == pytest.approx((2 / 3 + 1 / 6 + 1 / 2 + 2) / 4)


def test_scores_are_floats() -> None:
    scores = validate(network_of("late"), labelled_beats(12, seed=0))
    assert {type(value) for value in scores.values()} == {float}


def test_nonfinite_output_is_reported_with_its_cure() -> None:
    data = echoed([[0.0, math.nan, 0.0, 0.0]] * 4, [0, 1, 2, 3])
    with pytest.raises(ValueError, match=r"not finite; lower train\.learning_rate"):
        validate(Echo(), data)
