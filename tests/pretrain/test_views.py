"""Views differ from their window by the configured strength."""

from collections.abc import Callable

import pytest
import torch
from pretrain_sizes import generator, windows
from torch import Tensor

from ecgfuse.pretrain.views import (
    ViewStrength,
    add_partial_noise,
    crop_resized,
    drop_samples,
    erase_leads,
    random_view,
    time_out,
)

ONES = torch.ones(2000, 3, 40)
OFF: list[Callable[[Tensor], Tensor]] = [
    lambda x: crop_resized(x, smallest=1.0, generator=generator()),
    lambda x: add_partial_noise(x, sd=0.0, generator=generator()),
    lambda x: time_out(x, longest=0.0, generator=generator()),
    lambda x: drop_samples(x, probability=0.0, generator=generator()),
    lambda x: erase_leads(x, probability=0.0, generator=generator()),
]


@pytest.mark.parametrize("change", OFF)
def test_at_strength_zero_a_view_is_its_window(change: Callable[[Tensor], Tensor]) -> None:
    torch.testing.assert_close(change(windows()), windows())


def test_crop_is_a_resized_stretch_of_the_window() -> None:
    ramp = torch.linspace(0, 1, 40).expand(2000, 3, 40)
    cropped = crop_resized(ramp, smallest=0.5, generator=generator())
    first, last = cropped[:, 0, 0], cropped[:, 0, -1]
    assert first.min() >= 0
    assert last.max() <= 1 + 1e-6
    assert (last - first).min() == pytest.approx(0.5, abs=0.01)
    assert (last - first).max() == pytest.approx(1.0, abs=0.01)
    steps = cropped.diff(dim=2)
    assert (steps - steps.mean(dim=2, keepdim=True)).abs().max() < 1e-5
    assert torch.equal(cropped[:, 0], cropped[:, 2])


def test_noise_covers_half_of_the_window() -> None:
    changed = add_partial_noise(ONES, sd=0.5, generator=generator()) - ONES
    noisy = changed != 0
    assert (noisy.sum(dim=2) - 20).abs().max() <= 1
    assert changed[noisy].std() == pytest.approx(0.5, rel=0.02)


def test_time_out_is_one_stretch_of_all_leads() -> None:
    silent = time_out(ONES, longest=0.5, generator=generator()) == 0
    assert torch.equal(silent[:, 0], silent[:, 1])
    assert (silent[:, 0].int().diff(dim=1).abs().sum(dim=1) <= 2).all()
    assert silent.float().mean() == pytest.approx(0.25, abs=0.01)


def test_dropped_samples_are_dropped_in_all_leads() -> None:
    dropped = drop_samples(ONES, probability=0.1, generator=generator()) == 0
    assert torch.equal(dropped[:, 0], dropped[:, 1])
    assert dropped.float().mean() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("probability", [0.3, 1.0])
def test_at_least_one_lead_is_not_erased(probability: float) -> None:
    silent = (erase_leads(ONES, probability=probability, generator=generator()) == 0).all(dim=2)
    assert (silent.sum(dim=1) <= 2).all()
    expected = 2 / 3 if probability == 1 else 0.3 - 0.3**3 / 3
    assert silent.float().mean() == pytest.approx(expected, abs=0.02)


def test_the_only_lead_is_never_erased() -> None:
    one_lead = torch.ones(100, 1, 40)
    assert torch.equal(erase_leads(one_lead, probability=1.0, generator=generator()), one_lead)


def test_views_differ_and_are_reproducible() -> None:
    source, strength = generator(), ViewStrength()
    one = random_view(windows(), strength=strength, scales=(1.0, 1.0), generator=source)
    other = random_view(windows(), strength=strength, scales=(1.0, 1.0), generator=source)
    assert not torch.equal(one, other)
    assert torch.equal(
        one, random_view(windows(), strength=strength, scales=(1.0, 1.0), generator=generator())
    )
    assert torch.isfinite(one).all()
