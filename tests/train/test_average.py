"""Weight averages equal those computed by hand, with valid normalisation statistics."""

import copy

import pytest
import torch
from small_networks import MODEL, labelled_beats, spec_of, train_with
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from ecgfuse.train.average import average_epoch, averaged_model
from ecgfuse.train.config import TrainConfig

DATA = labelled_beats(48, seed=0)
BATCHES = torch.arange(48).tensor_split(3)
NORM = "backbone.stage1.0.norm"


def trained_epochs(config: TrainConfig) -> tuple[AveragedModel, list[dict[str, Tensor]]]:
    """Average over epochs that each end with new random weights and statistics."""
    torch.manual_seed(0)
    model = spec_of("hybrid", model=MODEL).build()
    model.fit_scalers(DATA.inputs)
    averaged, states = averaged_model(model, config=config), []
    for epoch in range(1, config.epochs + 1):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.normal_()
        model.train()(DATA.inputs)
        states.append(copy.deepcopy(model.state_dict()))
        average_epoch(
            averaged, model, epoch=epoch, config=config, inputs=DATA.inputs, batches=BATCHES
        )
    return averaged, states


@pytest.mark.parametrize(("epochs", "first"), [(4, 2), (4, 1), (3, 3)])
def test_swa_is_the_mean_of_the_weights_from_its_first_epoch(epochs: int, first: int) -> None:
    averaged, states = trained_epochs(train_with(epochs=epochs, swa_from=first))
    name = "classifier.weight"
    expected = torch.stack([state[name] for state in states[first - 1 :]]).mean(dim=0)
    torch.testing.assert_close(averaged.module.state_dict()[name], expected)


@pytest.mark.parametrize("swa_from", [0, 3])
def test_average_is_the_latest_network_without_or_before_swa(swa_from: int) -> None:
    averaged, states = trained_epochs(train_with(epochs=3, swa_from=swa_from))
    state = averaged.module.state_dict()
    assert all(torch.equal(state[name], value) for name, value in states[-1].items())


def test_swa_estimates_normalisation_statistics_from_its_own_activations() -> None:
    averaged, states = trained_epochs(train_with(epochs=3, swa_from=2))
    network = copy.deepcopy(averaged.module).eval()
    seen: list[Tensor] = []
    norm = network.get_submodule(NORM)
    norm.register_forward_hook(lambda module, args, output: seen.append(args[0].clone()))
    with torch.no_grad():
        network(DATA.inputs)
    mean = averaged.module.state_dict()[f"{NORM}.running_mean"]
    torch.testing.assert_close(mean, seen[0].mean(dim=(0, 2, 3)), rtol=1e-4, atol=1e-4)
    assert not torch.allclose(mean, states[-1][f"{NORM}.running_mean"], rtol=0.01)


def test_swa_keeps_the_feature_scalers() -> None:
    averaged, states = trained_epochs(train_with(epochs=3, swa_from=2))
    for name in ("rr_scaler.mean", "morphology_scaler.sd"):
        assert torch.equal(averaged.module.state_dict()[name], states[-1][name])
