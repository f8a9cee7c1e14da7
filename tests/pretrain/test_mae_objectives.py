"""MAE-MoCo and MAE-Nextclip: composition of their losses, inputs, and learning."""

import dataclasses
import math

import pytest
import torch
from pretrain_sizes import DECODER, SHAPE, VIT, generator, windows

from ecgfuse.models.vit import ViTEncoder
from ecgfuse.pretrain.mae_moco import MAEMoCo, MAEMoCoSettings
from ecgfuse.pretrain.mae_nextclip import MAENextclip, MAENextclipSettings
from ecgfuse.pretrain.views import ViewStrength

MOCO = MAEMoCoSettings(projection=8, queue=24)
NEXTCLIP = MAENextclipSettings()
RECORDINGS = torch.arange(8) + 100


def mae_moco(settings: MAEMoCoSettings = MOCO) -> MAEMoCo:
    torch.manual_seed(0)
    return MAEMoCo(ViTEncoder(VIT), shape=SHAPE, decoder=DECODER, settings=settings)


def mae_nextclip(settings: MAENextclipSettings = NEXTCLIP) -> MAENextclip:
    torch.manual_seed(0)
    return MAENextclip(ViTEncoder(VIT), shape=SHAPE, decoder=DECODER, settings=settings)


def test_published_settings_are_the_defaults() -> None:
    published = MAEMoCoSettings()
    assert (published.alpha, published.momentum, published.temperature) == (40, 0.99, 0.2)
    assert (published.queue, published.projection) == (65_536, 128)
    assert MAENextclipSettings().alpha == 2


@pytest.mark.parametrize("alpha", [40.0, 10.0, 0.0])
def test_alpha_weights_the_reconstruction(alpha: float) -> None:
    moco = mae_moco(dataclasses.replace(MOCO, alpha=alpha)).losses(
        windows(), recordings=RECORDINGS, generator=generator()
    )
    assert moco["loss"].item() == pytest.approx((moco["moco"] + alpha * moco["mae"]).item())
    settings = dataclasses.replace(NEXTCLIP, alpha=alpha)
    clip = mae_nextclip(settings).losses(windows(), recordings=RECORDINGS, generator=generator())
    assert clip["loss"].item() == pytest.approx((clip["nextclip"] + alpha * clip["mae"]).item())


def test_no_gradient_reaches_the_momentum_encoder_or_the_queue() -> None:
    network = mae_moco()
    network.losses(windows(), recordings=RECORDINGS, generator=generator())["loss"].backward()
    for part in (network.slow_encoder, network.slow_head):
        assert all(parameter.grad is None for parameter in part.parameters())
    assert not network.queue.keys.requires_grad
    for part in (network.encoder, network.decoder, network.head):
        assert all(parameter.grad is not None for parameter in part.parameters())


def test_momentum_encoder_is_updated_after_a_step_only() -> None:
    network = mae_moco()
    before = network.slow_encoder.cls.clone()
    with torch.no_grad():
        network.encoder.cls += 1
    network.losses(windows(), recordings=RECORDINGS, generator=generator())
    assert torch.equal(network.slow_encoder.cls, before)
    network.after_step()
    torch.testing.assert_close(network.slow_encoder.cls, before + 0.01)


def test_keys_enter_the_queue_in_training_only() -> None:
    network = mae_moco()
    network.losses(windows(), recordings=RECORDINGS, generator=generator())
    assert network.queue.next == 8
    network.eval().losses(windows(), recordings=RECORDINGS, generator=generator())
    assert network.queue.next == 8


@pytest.mark.parametrize(("training", "n_others"), [(True, 24), (False, 7)])
def test_constant_embedding_has_the_chance_loss(training: bool, n_others: int) -> None:
    network = mae_moco().eval()
    with torch.no_grad():
        for parameter in [*network.head.parameters(), *network.slow_head.parameters()]:
            parameter.fill_(0.5)
        network.queue.keys.fill_(8**-0.5)
    network.training = training  # not .train(): batch normalisation would output zeros
    found = network.losses(windows(), recordings=RECORDINGS, generator=generator())["moco"]
    assert found.item() == pytest.approx(math.log(1 + n_others), abs=1e-4)


def test_encoder_of_nextclip_reads_zeros_from_the_start_of_the_clip() -> None:
    network, signal = mae_nextclip(), 1 + torch.rand(8, 2, 60)
    seen: list[torch.Tensor] = []
    network.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    network.losses(signal, recordings=RECORDINGS, generator=generator())
    (given,) = seen  # the autoencoder does not call forward
    hidden = (given == 0).all(dim=1)
    starts = (~hidden).sum(dim=1)
    assert torch.equal(hidden, torch.arange(60) >= starts[:, None])
    assert len(starts.unique()) > 1
    assert torch.equal(given[~hidden[:, None].expand_as(given)], signal[given != 0])


def test_the_encoders_of_moco_read_different_views() -> None:
    network, signal = mae_moco(), windows()
    seen: list[torch.Tensor] = []
    for encoder in (network.encoder, network.slow_encoder):
        encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    network.losses(signal, recordings=RECORDINGS, generator=generator())
    view, other = seen
    for window in range(8):
        assert not torch.equal(view[window], other[window])
        assert not torch.equal(view[window], signal[window])
        assert not torch.equal(other[window], signal[window])


def test_windows_of_the_same_recording_are_not_negatives() -> None:
    network = mae_moco().train()
    network.queue.push(torch.ones(24, 8), recordings=torch.arange(24) % 8 + 100)
    keys = network.queue.keys.clone()
    of_eight = network.losses(windows(), recordings=RECORDINGS, generator=generator())["moco"]
    assert torch.equal(network.queue.recordings[:8], RECORDINGS)
    alike = mae_moco().train()
    alike.queue.keys.copy_(keys)
    alike.queue.recordings.fill_(100)
    of_one = alike.losses(windows(), recordings=torch.full((8,), 100), generator=generator())[
        "moco"
    ]
    assert of_one.item() == pytest.approx(0, abs=1e-6)
    assert of_eight > 0


def test_errors_of_trivial_guesses_are_reported() -> None:
    found = mae_nextclip().losses(windows(64), recordings=torch.arange(64), generator=generator())
    # The windows have a mean square of 1, the error of predicting zero.
    assert found["nextclip_if_zero"] == pytest.approx(1, abs=0.1)
    assert found["mae_if_zero"] == pytest.approx(1, abs=0.1)
    assert found["nextclip_if_repeated"] > 0
    constant = mae_nextclip().losses(
        torch.ones(8, 2, 60), recordings=RECORDINGS, generator=generator()
    )
    assert constant["nextclip_if_repeated"] == 0


@pytest.mark.slow
def test_mae_moco_learns_to_reconstruct_two_windows() -> None:
    torch.manual_seed(0)
    network = MAEMoCo(
        ViTEncoder(dataclasses.replace(VIT, width=32)),
        shape=SHAPE,
        decoder=dataclasses.replace(DECODER, width=32),
        settings=dataclasses.replace(MOCO, mask_ratio=0.5),
    )
    descend(network, [windows(2)] * 150, rate=5e-3)
    found = network.eval().losses(windows(2), recordings=RECORDINGS[:2], generator=generator())
    assert found["mae"] < 0.5 * found["mae_if_zero"]


@pytest.mark.slow
def test_mae_nextclip_learns_to_reconstruct_and_predict_eight_windows() -> None:
    torch.manual_seed(0)
    network = MAENextclip(
        ViTEncoder(dataclasses.replace(VIT, width=32)),
        shape=SHAPE,
        decoder=dataclasses.replace(DECODER, width=32),
        settings=dataclasses.replace(NEXTCLIP, mask_ratio=0.5),
    )
    descend(network, [windows()] * 500)
    found = network.eval().losses(windows(), recordings=RECORDINGS, generator=generator())
    assert found["mae"] < 0.5 * found["mae_if_zero"]
    assert found["nextclip"] < 0.5 * found["nextclip_if_zero"]
    assert found["nextclip"] < found["nextclip_if_repeated"]


@pytest.mark.slow
def test_moco_matches_views_of_unseen_windows() -> None:
    # Views that preserve frequency and phase, by which the sines differ.
    views = ViewStrength(erase=0.0, time_out=0.1, noise_sd=0.1, smallest_crop=1.0)
    settings = dataclasses.replace(MOCO, alpha=0.0, projection=32, queue=64, views=views)
    network = mae_moco(settings)
    descend(network, [windows(16, seed=seed) for seed in range(150)])
    unseen, recordings = windows(32, seed=1000), torch.arange(32)
    found = network.eval().losses(unseen, recordings=recordings, generator=generator())
    assert found["moco"] < math.log(32) - 1


def descend(
    network: MAEMoCo | MAENextclip, batches: list[torch.Tensor], *, rate: float = 3e-3
) -> None:
    """Take one step per batch; every window is from another recording."""
    optimizer, source = torch.optim.Adam(network.parameters(), lr=rate), generator()
    for step, batch in enumerate(batches):
        recordings = torch.arange(len(batch)) + step * len(batch)
        optimizer.zero_grad()
        network.losses(batch, recordings=recordings, generator=source)["loss"].backward()
        optimizer.step()
        network.after_step()
