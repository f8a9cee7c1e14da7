"""Networks of equal inputs are compared on the same draws, each with each."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_networks import spec_of, stored_model

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import FUSIONS, NETWORKS
from ecgfuse.evaluate.comparison import (
    compare,
    compare_networks,
    mean_of_drawn_seeds,
    paired_difference,
    require_same_inputs,
)
from ecgfuse.evaluate.metrics import score
from ecgfuse.evaluate.prediction_files import SeedPredictions, save_predictions
from ecgfuse.evaluate.results import ComparisonResults
from ecgfuse.models.store import NetworkSpec, save_model

RECORDS = np.repeat([f"{name}" for name in range(198, 206)], 20)
LABELS = np.tile([0] * 11 + [1] * 3 + [2] * 3 + [3] * 3, 8)
SPECS: dict[str, NetworkSpec] = {network: spec_of(network) for network in NETWORKS}


def predictions(*, n_wrong: int, n_seeds: int = 2) -> SeedPredictions:
    """Predictions with the last n_wrong of the 20 beats of every record wrong."""
    predicted = np.where(np.arange(len(LABELS)) % 20 >= 20 - n_wrong, (LABELS + 1) % 4, LABELS)
    certain = 0.6 * np.eye(4)[predicted] + 0.1
    return SeedPredictions(RECORDS, LABELS, np.stack([certain] * n_seeds))


def compared(
    tested: Mapping[str, SeedPredictions], *, database: str = "mitdb"
) -> ComparisonResults:
    return compare_networks(tested, specs=SPECS, database=database, n_draws=100, seed=1)


def test_every_network_is_compared_with_every_earlier_one() -> None:
    found = compared(dict.fromkeys(NETWORKS, predictions(n_wrong=1)))["pairs"]
    assert len(found) == 5 * 4 / 2
    assert list(found)[:4] == [f"{name}_vs_waveform" for name in ("rr", "early", "late", "hybrid")]
    assert list(found)[-1] == "hybrid_vs_late"


def test_network_that_is_better_on_every_record_is_better_in_every_draw() -> None:
    found = compared(
        {
            "early": predictions(n_wrong=6),
            "late": predictions(n_wrong=4),
            "hybrid": predictions(n_wrong=1),
        }
    )
    assert list(found["pairs"]) == ["late_vs_early", "hybrid_vs_early", "hybrid_vs_late"]
    for pair in found["pairs"].values():
        for scores in (pair, pair["without_202"]):
            assert scores["macro_f1"]["probability_better"] == 1.0
            assert scores["macro_auprc"]["probability_better"] == 1.0
            assert scores["macro_f1"]["difference"]["low"] > 0
    assert found["draws"] == 100


def test_each_network_is_listed_with_its_inputs_and_its_mean_scores() -> None:
    tested = {"rr": predictions(n_wrong=4, n_seeds=3), "early": predictions(n_wrong=1)}
    networks = compared(tested)["networks"]
    sizes = ("n_signal_rows", "length", "n_rr", "n_morphology", "seeds")
    assert [networks["rr"][size] for size in sizes] == [0, 0, 7, 0, 3]  # type: ignore[literal-required]
    assert [networks["early"][size] for size in sizes] == [2, 32, 7, 6, 2]  # type: ignore[literal-required]
    for name, found in tested.items():
        expected = score(LABELS, found.probabilities[0], classes=CLASSES)
        assert networks[name]["macro_f1"] == pytest.approx(expected["macro_f1"])
        assert networks[name]["macro_auprc"] == pytest.approx(expected["macro_auprc"])


def test_equal_networks_of_one_seed_are_equal_in_every_draw() -> None:
    # Only if both see the same draws: scores vary from draw to draw.
    rng = np.random.default_rng(0)
    noise = rng.dirichlet(np.ones(4), size=(1, len(LABELS)))
    one = SeedPredictions(RECORDS, LABELS, noise)
    for pair in compared(dict.fromkeys(FUSIONS, one))["pairs"].values():
        for scores in (pair["macro_f1"], pair["macro_auprc"]):
            assert scores["probability_better"] == 0.5
            assert scores["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_networks_whose_seeds_differ_more_than_they_do_are_not_told_apart() -> None:
    # Each is better in one of its two seeds, by the same amount on every record.
    seeds = np.concatenate([predictions(n_wrong=n, n_seeds=1).probabilities for n in (1, 6)])
    one = SeedPredictions(RECORDS, LABELS, seeds)
    found = compared({"early": one, "late": one})["pairs"]["late_vs_early"]["macro_f1"]
    assert found["difference"]["low"] < -0.1
    assert found["difference"]["high"] > 0.1


def test_the_mean_of_drawn_seeds_varies_between_the_seeds_and_keeps_their_mean() -> None:
    by_seed = [pd.DataFrame({"macro_f1": np.full(2000, value)}) for value in (0.2, 0.8)]
    drawn = mean_of_drawn_seeds(by_seed, rng=np.random.default_rng(0))["macro_f1"]
    # Of two seeds both draws are the first, the second, or one of each: 0.2, 0.8, and 0.5.
    assert np.allclose(np.unique(drawn.round(6)), [0.2, 0.5, 0.8])
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)


def test_without_202_its_beats_are_ignored() -> None:
    worse_in_202 = predictions(n_wrong=0)
    worse_in_202.probabilities[:, RECORDS == "202"] = 0.25
    tested = {"early": worse_in_202, "hybrid": predictions(n_wrong=0)}
    pair = compared(tested)["pairs"]["hybrid_vs_early"]
    assert pair["macro_f1"]["difference"]["mean"] > 0
    without = pair["without_202"]["macro_f1"]["difference"]
    assert without == {"mean": 0.0, "low": 0.0, "high": 0.0}
    elsewhere = compared(tested, database="incartdb")["pairs"]["hybrid_vs_early"]
    assert "without_202" not in elsewhere


def test_paired_difference_equals_the_one_by_hand() -> None:
    found = paired_difference(np.array([0.5, 0.5, 0.7, 0.2]), np.array([0.4, 0.5, 0.3, 0.3]))
    assert found["probability_better"] == pytest.approx((2 + 0.5) / 4)
    assert found["difference"]["mean"] == pytest.approx(0.1)


def test_networks_tested_on_different_beats_are_refused() -> None:
    tested = dict.fromkeys(FUSIONS, predictions(n_wrong=1))
    other = SeedPredictions(RECORDS[::-1], LABELS, tested["early"].probabilities)
    with pytest.raises(ValueError, match=r"early and late were not tested on the same beats"):
        compared(tested | {"late": other})


def test_networks_that_read_equal_inputs_may_be_compared() -> None:
    require_same_inputs(SPECS)


@pytest.mark.parametrize(
    ("name", "field", "size"),
    [
        ("early", "n_rr", 2),
        ("rr", "n_rr", 2),
        ("waveform", "n_morphology", 12),
        ("late", "n_signal_rows", 3),
        ("hybrid", "length", 64),
    ],
)
def test_networks_that_read_different_inputs_are_refused_by_name(
    name: str, field: str, size: int
) -> None:
    other = dataclasses.replace(SPECS[name], **{field: size})  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=rf"different inputs, {field} is .*'{name}': {size}\b.*; run 'dvc repro'"
    ):
        require_same_inputs(SPECS | {name: other})


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A folder with predictions/ and train/ of early and late fusion; late is worse."""
    beats = pd.DataFrame({"record": RECORDS, "sample": 0, "time_s": 0.0, "symbol": "N"})
    beats["label"] = LABELS
    for n_wrong, name in enumerate(("early", "late")):
        found = predictions(n_wrong=n_wrong).probabilities
        save_predictions(beats, found, classes=CLASSES, table=tmp_path / f"predictions/{name}.csv")
        stored = stored_model("early" if name == "early" else "late", seed=1)
        path = tmp_path / f"train/{name}/seed-1.safetensors"
        save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
    return tmp_path


def compare_in(folder: Path) -> Path:
    out = folder / "metrics" / "comparison.json"
    compare(
        {name: folder / f"predictions/{name}.csv" for name in ("early", "late")},
        networks={name: folder / f"train/{name}" for name in ("early", "late")},
        database="mitdb",
        n_draws=100,
        seed=1,
        out=out,
    )
    return out


def test_the_stage_writes_networks_and_pairs(trained: Path) -> None:
    written = json.loads(compare_in(trained).read_text())
    assert list(written["networks"]) == ["early", "late"]
    assert written["pairs"]["late_vs_early"]["macro_f1"]["probability_better"] == 0.0


def test_the_stage_refuses_trained_networks_of_different_inputs(trained: Path) -> None:
    spec = spec_of("late", n_morphology=12)
    path = trained / "train/late/seed-1.safetensors"
    save_model(spec.build().state_dict(), path, spec=spec, origin={"seed": 1})
    with pytest.raises(ValueError, match=r"n_morphology is {'early': 6, 'late': 12}"):
        compare_in(trained)
    assert not (trained / "metrics").exists()
