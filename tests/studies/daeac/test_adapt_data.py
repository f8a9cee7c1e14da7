"""Adaptation and test share no beat, and the former has no labels."""

import numpy as np
import pandas as pd
import pytest
import torch
from small_networks import labelled_beats

from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.studies.daeac.data import split_target


def beats_at(times: np.ndarray) -> tuple[LabelledInputs, pd.DataFrame]:
    return labelled_beats(len(times), seed=0), pd.DataFrame({"time_s": times})


@pytest.mark.parametrize("seed", range(5))
def test_every_beat_is_in_the_part_of_its_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.concatenate([np.sort(rng.uniform(0, 60, size=n)) for n in rng.integers(20, 60, 3)])
    data, table = beats_at(times)
    target = split_target(data, table=table, adapt_s=20.0)
    waves = [part.ecg.flatten(1).tolist() for part in (target.adaptation, target.test.inputs)]
    assert waves[0] == data.inputs.ecg[times < 20].flatten(1).tolist()
    assert waves[1] == data.inputs.ecg[times >= 20].flatten(1).tolist()
    assert not {tuple(wave) for wave in waves[0]} & {tuple(wave) for wave in waves[1]}
    assert torch.equal(target.test.labels, data.labels[times >= 20])
    assert target.is_early.tolist() == (times < 20).tolist()


def test_ratios_stay_aligned_with_their_waveforms() -> None:
    data, table = beats_at(np.arange(12.0))
    target = split_target(data, table=table, adapt_s=4.0)
    assert torch.equal(target.adaptation.rr, data.inputs.rr[:4])
    assert torch.equal(target.test.inputs.rr, data.inputs.rr[4:])


def test_a_time_before_the_first_beat_is_refused() -> None:
    data, table = beats_at(np.arange(1.0, 9.0))
    with pytest.raises(ValueError, match=r"daeac.adapt_s is 0.5, but no beat .* raise it"):
        split_target(data, table=table, adapt_s=0.5)


def test_a_class_missing_in_the_test_part_is_named() -> None:
    data, table = beats_at(np.arange(8.0))  # classes 0 1 2 3 0 1 2 3
    with pytest.raises(ValueError, match=r"daeac.adapt_s is 6, .* class N, S comes later"):
        split_target(data, table=table, adapt_s=6.0)
