"""Beats as pretraining windows: single beats, or pairs of consecutive ones."""

import pytest
import torch

from ecgfuse.pretrain.beats import beat_shape, beat_windows

ECG = torch.arange(5.0)[:, None, None].expand(5, 3, 16)
RECORDS = torch.tensor([4, 4, 7, 7, 7])


@pytest.mark.parametrize("objective", ["mae_moco", "mae_nextclip"])
def test_masked_autoencoders_read_single_beats(objective: str) -> None:
    windows = beat_windows(ECG, records=RECORDS, objective=objective)  # type: ignore[arg-type]
    assert torch.equal(windows.signal, ECG)
    assert torch.equal(windows.recordings, RECORDS)


def test_pairs_are_consecutive_beats_of_the_same_record() -> None:
    windows = beat_windows(ECG, records=RECORDS, objective="w2v_cmsc_rlm")
    assert windows.signal.shape == (3, 3, 32)
    first, second = windows.signal.chunk(2, dim=2)
    assert first[:, 0, 0].tolist() == [0, 2, 3]
    assert second[:, 0, 0].tolist() == [1, 3, 4]
    assert windows.recordings.tolist() == [4, 7, 7]


def test_beat_contains_whole_patches_and_two_clips() -> None:
    shape = beat_shape(torch.zeros(2, 3, 128))
    assert (shape.n_leads, shape.n_samples, shape.patch) == (3, 128, 8)
    assert 2 * shape.clip <= shape.n_samples


def test_scale_of_a_row_is_its_rms_amplitude() -> None:
    ecg = torch.ones(4, 2, 32) * torch.tensor([[1.0], [3.0]])
    assert beat_shape(ecg).scales == pytest.approx((1.0, 3.0))
