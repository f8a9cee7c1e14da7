"""One beat of the API tells where the RR query looked, if the model does."""

import numpy as np
import pytest
from api_persons import Person
from stored_results import CLASSES, STEP, Stored

from ecgfuse.annotate.attention import Attention
from ecgfuse.serve.analysis.attention import save_attention
from ecgfuse.serve.api.answers.beats import MOST_BEFORE_S
from ecgfuse.serve.services import Services

SHARES = [0.1, 0.2, 0.3, 0.4]
UNCLASSIFIED, AFTER_A_PAUSE = 10, 4
"""Rows of beats; the first is Q by the model."""


@pytest.fixture
def attended(services: Services, stored: Stored) -> Stored:
    """The recording with attention to four parts from 0.66 s before to 0.28 s after each R peak."""
    spans_s = np.tile([-0.66, 0.28], (len(CLASSES), 1))
    weights = np.tile(np.array(SHARES, dtype=np.float32), (len(CLASSES), 1))
    spans_s[UNCLASSIFIED] = weights[UNCLASSIFIED] = np.nan
    spans_s[AFTER_A_PAUSE, 0] = -5.0
    folder = services.storage.folder_of("analyses", stored.analysis)
    save_attention(Attention(weights=weights, spans_s=spans_s), folder)
    return stored


def one(person: Person, stored: Stored, *, row: int) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = person.get(
        f"{stored.at_analysis}/beats/{(row + 1) * STEP}"
    ).get_json()
    return found


def test_the_weights_sum_to_1_and_have_times_from_the_r_peak(
    attended: Stored, anna: Person
) -> None:
    found = one(anna, attended, row=2)["attention"]
    assert found["weight"] == pytest.approx(SHARES, abs=0.001)
    assert sum(found["weight"]) == pytest.approx(1, abs=1e-5)
    assert found["t_s"] == pytest.approx([-0.5425, -0.3075, -0.0725, 0.1625], abs=1e-5)


def test_the_waveform_reaches_as_far_back_as_the_attention_but_not_through_a_pause(
    attended: Stored, anna: Person
) -> None:
    begins = [
        one(anna, attended, row=row)["waveform"]["t_s"][0]
        for row in (2, AFTER_A_PAUSE, UNCLASSIFIED)
    ]
    assert begins == pytest.approx([-0.5425, -MOST_BEFORE_S, -0.3], abs=0.005)


def test_an_unclassified_beat_has_no_attention(attended: Stored, anna: Person) -> None:
    assert one(anna, attended, row=UNCLASSIFIED)["attention"] is None


def test_a_result_without_attention_has_none(stored: Stored, anna: Person) -> None:
    assert one(anna, stored, row=2)["attention"] is None
