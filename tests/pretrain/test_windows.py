"""Every window is z-scored separately."""

import numpy as np
import pytest

from ecgfuse.pretrain.windows import z_score


def recording(n_leads: int, length: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n_leads, length))


def test_leads_have_zero_mean_and_a_common_scale() -> None:
    leads = recording(3, 500)[None] * np.array([[[1.0], [3.0], [0.0]]]) + 5
    scaled = z_score(leads)[0]
    np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-6)
    assert np.mean(np.square(scaled)) == pytest.approx(1, rel=1e-5)
    assert scaled[1].std() / scaled[0].std() == pytest.approx(3, rel=0.1)
    assert np.all(scaled[2] == 0)


def test_a_flat_window_becomes_zeros() -> None:
    assert np.all(z_score(np.full((1, 2, 10), 0.7)) == 0)
