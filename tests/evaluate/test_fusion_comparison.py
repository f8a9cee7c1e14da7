"""Fusions are compared on the same draws; clear and unclear differences are distinguished."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import FUSIONS, Fusion
from ecgfuse.evaluate.comparison import PAIRS, compare, compare_fusions, paired_difference
from ecgfuse.evaluate.prediction_files import SeedPredictions, save_predictions

RECORDS = np.repeat([f"{name}" for name in range(198, 206)], 20)
LABELS = np.tile([0] * 11 + [1] * 3 + [2] * 3 + [3] * 3, 8)


def predictions(*, n_wrong: int, n_seeds: int = 2) -> SeedPredictions:
    """Predictions with the last n_wrong of the 20 beats of every record wrong."""
    predicted = np.where(np.arange(len(LABELS)) % 20 >= 20 - n_wrong, (LABELS + 1) % 4, LABELS)
    certain = 0.6 * np.eye(4)[predicted] + 0.1
    return SeedPredictions(RECORDS, LABELS, np.stack([certain] * n_seeds))


def compared(tested: dict[Fusion, SeedPredictions], *, database: str = "mitdb") -> dict[str, Any]:
    return compare_fusions(tested, database=database, n_draws=100, seed=1)


def test_fusion_that_is_better_on_every_record_is_better_in_every_draw() -> None:
    found = compared(
        {
            "early": predictions(n_wrong=6),
            "late": predictions(n_wrong=4),
            "hybrid": predictions(n_wrong=1),
        }
    )
    assert list(found) == ["hybrid_vs_early", "hybrid_vs_late", "late_vs_early"]
    for pair in found.values():
        assert pair["probability_better"] == pair["macro_auprc"]["probability_better"] == 1.0
        assert pair["difference"]["low"] > 0
        assert pair["without_202"]["probability_better"] == 1.0


def test_equal_fusions_are_equal_in_every_draw() -> None:
    # Only if both see the same draws: scores vary from draw to draw.
    rng = np.random.default_rng(0)
    noise = rng.dirichlet(np.ones(4), size=(2, len(LABELS)))
    one = SeedPredictions(RECORDS, LABELS, noise)
    for pair in compared(dict.fromkeys(FUSIONS, one)).values():
        assert pair["probability_better"] == 0.5
        assert pair["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_without_202_its_beats_are_ignored() -> None:
    worse_in_202 = predictions(n_wrong=0)
    worse_in_202.probabilities[:, RECORDS == "202"] = 0.25
    tested: dict[Fusion, SeedPredictions] = dict.fromkeys(FUSIONS, predictions(n_wrong=0))
    pair = compared(tested | {"early": worse_in_202})["hybrid_vs_early"]
    assert pair["difference"]["mean"] > 0
    assert pair["without_202"]["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    elsewhere = compared(tested | {"early": worse_in_202}, database="incartdb")
    assert "without_202" not in elsewhere["hybrid_vs_early"]


def test_paired_difference_equals_the_one_by_hand() -> None:
    found = paired_difference(np.array([0.5, 0.5, 0.7, 0.2]), np.array([0.4, 0.5, 0.3, 0.3]))
    assert found["probability_better"] == pytest.approx((2 + 0.5) / 4)
    assert found["difference"]["mean"] == pytest.approx(0.1)


def test_fusions_tested_on_different_beats_are_refused() -> None:
    tested: dict[Fusion, SeedPredictions] = dict.fromkeys(FUSIONS, predictions(n_wrong=1))
    other = SeedPredictions(RECORDS[::-1], LABELS, tested["early"].probabilities)
    with pytest.raises(ValueError, match=r"early and late were not tested on the same beats"):
        compared(tested | {"late": other})


def test_the_stage_writes_every_pair_as_dicts_of_numbers(tmp_path: Path) -> None:
    beats = pd.DataFrame({"record": RECORDS, "sample": 0, "time_s": 0.0, "symbol": "N"})
    beats["label"] = LABELS
    tables: dict[Fusion, Path] = {fusion: tmp_path / f"{fusion}.csv" for fusion in FUSIONS}
    for n_wrong, table in enumerate(tables.values()):
        found = predictions(n_wrong=n_wrong).probabilities
        save_predictions(beats, found, classes=CLASSES, table=table)
    out = tmp_path / "metrics" / "comparison.json"
    compare(tables, database="mitdb", n_draws=100, seed=1, out=out)
    written = json.loads(out.read_text())
    assert list(written) == [f"{one}_vs_{other}" for one, other in PAIRS]
    assert written["late_vs_early"]["probability_better"] == 0.0
