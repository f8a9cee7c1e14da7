"""The ood stage chooses on DS1, flags what is no heartbeat, and counts false alarms by class."""

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serial_pool import serial_pool
from single_beat_sets import single_beats

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.ood.scores import SCORE_NAMES, ScoreName
from ecgfuse.studies.heartbeat import ood, ood_inputs
from ecgfuse.studies.heartbeat.ood import (
    WITH_DETECTOR,
    OodConfig,
    OodPaths,
    detect_unfamiliar,
    load_detector,
)
from ecgfuse.studies.heartbeat.ood_compare import choose, false_alarms_of_others
from ecgfuse.studies.heartbeat.ood_fit import FalseAlarms, fit_beat_detector, fitting_beats
from ecgfuse.studies.heartbeat.ood_results import Judged, ScoreResults, headline, mean_of
from ecgfuse.synthetic.database import write_synthetic_database
from ecgfuse.synthetic.noise import write_synthetic_noise

CONFIG = OodConfig(
    false_alarms=0.05,
    class_false_alarms=0.1,
    inputs=12,
    seconds=20,
    snr_db=(24.0, -6.0),
    seed=1,
)
SPLIT = SplitConfig(train=("101", "106"), valid=("114", "124"), test=("100", "103"))
CLASSES = ("N", "S", "V", "F", "Q")


def beats_of(**labels: list[int]) -> SingleBeats:
    """Beats of recordings r1, r2, ..."""
    return join_single_beats(
        [
            single_beats(mine, record=record, classes=CLASSES, seed=i)
            for i, (record, mine) in enumerate(labels.items())
        ]
    )


# The whole stage


@pytest.fixture(scope="module")
def outputs(
    beats_folder: Path, trained_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> OodPaths:
    """Output of the stage on synthetic recordings and networks of a few epochs."""
    folder = tmp_path_factory.mktemp("ood")
    paths = OodPaths(
        recordings=folder / "mitdb",
        noise=folder / "nstdb",
        beats=beats_folder,
        networks=trained_folder / "networks/inter",
        detectors=folder / "detectors",
        results=folder / "ood.json",
        plots=folder / "plots",
    )
    for made in (paths.recordings, paths.noise):
        made.mkdir()
    records = [*SPLIT.valid, *SPLIT.test]
    write_synthetic_database(paths.recordings, minutes=0.5, seed=0, records=records)
    shutil.copy(trained_folder / "dataset.json", paths.recordings)
    write_synthetic_noise(paths.noise, records=["ma"], seed=1)
    with pytest.MonkeyPatch.context() as patch:
        for module in (ood, ood_inputs):
            patch.setattr(module, "process_pool", serial_pool)
        detect_unfamiliar(
            CONFIG, seeds=(1, 2), split=SPLIT, leads=("MLII", "V1"), paths=paths, workers=1
        )
    return paths


@pytest.fixture(scope="module")
def results(outputs: OodPaths) -> dict[str, Any]:
    return json.loads(outputs.results.read_text())


def test_constant_lines_and_noise_are_flagged_by_whatever_score(results: dict[str, Any]) -> None:
    for of_run in results["scores"].values():
        for score in of_run.values():
            for kind in ("constant_line", "white_noise"):
                assert score["kinds"][kind]["flagged"] == 1
                assert score["kinds"][kind]["called_normal"] == 0


def test_every_kind_is_scored_by_every_score_and_network(results: dict[str, Any]) -> None:
    assert set(results["scores"]) == set(WITH_DETECTOR)
    for of_run in results["scores"].values():
        assert set(of_run) == set(SCORE_NAMES)
        for score in of_run.values():
            assert set(score["kinds"]) == set(results["kinds"])
    assert all(1 <= one["inputs"] <= 12 for one in results["kinds"].values())
    assert set(results["noise"]) == {"muscle_artefact", "electrode_motion"}
    for kind, by_ratio in results["noise"].items():
        assert list(by_ratio) == ["24", "-6"]
        assert results["kinds"][kind] == by_ratio["-6"]
    assert results["data"]["electrode_motion"] == "synthetic"


def test_classes_records_and_rules_count_all_real_beats(results: dict[str, Any]) -> None:
    assert set(results["false_alarms"]["classes"]) == {"N", "S", "V"}
    assert {name: one["beats"] for name, one in results["records"].items()} == {
        "100": 30,
        "103": 30,
    }
    rejected = results["rules"]["rejected"]
    assert {name: n for name, (_, n) in rejected["DS1"].items()} == {"N": 80, "S": 16, "V": 24}
    assert {name: n for name, (_, n) in rejected["DS2"].items()} == {"N": 40, "S": 8, "V": 12}


def test_every_network_gets_the_chosen_score(outputs: OodPaths, results: dict[str, Any]) -> None:
    assert {path.name for path in outputs.detectors.iterdir()} == {
        f"{run}-{seed}.safetensors" for run in WITH_DETECTOR for seed in (1, 2)
    }
    detector = load_detector(outputs.detectors, run="transformer", seed=2)
    assert detector.name == results["score"]
    assert {path.name for path in outputs.plots.iterdir()} == {
        "auroc.png",
        "examples.png",
        "noise.png",
    }


def test_the_score_with_the_highest_auroc_on_validation_records_is_used(
    results: dict[str, Any],
) -> None:
    areas = {
        name: np.mean([of_run[name]["valid_auroc"] for of_run in results["scores"].values()])
        for name in SCORE_NAMES
    }
    assert all(0 < area <= 1 for area in areas.values())
    assert areas[results["score"]] == max(areas.values())


def test_without_a_test_record_of_a_training_patient_nothing_is_left_out(
    results: dict[str, Any],
) -> None:
    assert "without_same_subject" not in results


def test_the_headline_has_every_kind_and_the_false_alarms(results: dict[str, Any]) -> None:
    found = headline(results)  # type: ignore[arg-type]
    assert found["constant_line"] == {"auroc": results["kinds"]["constant_line"]["auroc"]}
    assert found["false_alarm_rate"] == results["false_alarms"]["all"]
    assert set(results["kinds"]) < set(found)


# Its parts


def test_classes_and_patients_weigh_alike_in_the_beats_to_fit_to() -> None:
    # Few V against many N, of patients with few and many beats; Q is left out.
    beats = beats_of(r1=[0] * 4000 + [4] * 50, r2=[0] * 9000 + [2] * 300)
    rows = fitting_beats(beats, generator=np.random.default_rng(0))
    assert len(np.unique(rows)) == len(rows) == 4000
    labels, records = beats.labels[rows], beats.records[rows]
    assert np.bincount(labels)[2] > 290  # nearly all
    assert 4 not in labels
    of_r1, of_r2 = (np.sum((labels == 0) & (records == name)) for name in ("r1", "r2"))
    assert 0.8 < of_r1 / of_r2 < 1.25


def test_the_threshold_keeps_both_limits() -> None:
    beats = beats_of(**{f"r{i}": [0] * 180 + [2] * 20 for i in range(5)})
    scores = np.tile(np.concatenate([np.linspace(0, 1, 180), np.linspace(0, 2, 20)]), 5)
    for limits in (
        FalseAlarms(share=0.05, class_share=0.5),
        FalseAlarms(share=0.05, class_share=0.2),
    ):
        threshold = limits.threshold(scores, beats=beats)
        assert np.mean(scores > threshold) <= limits.share
        assert np.mean(scores[beats.labels == 2] > threshold) <= limits.class_share
    # V beats of four patients are too few to limit anything.
    kept = (beats.labels == 0) | (beats.records != "r0")
    rare = FalseAlarms(share=0.3, class_share=0.01)
    assert (
        rare.threshold(scores[kept], beats=beats.at(kept)) < 1 < rare.threshold(scores, beats=beats)
    )


def test_a_patient_unlike_all_others_raises_the_threshold_when_held_out() -> None:
    usual = {f"r{i}": [0] * 40 for i in range(4)}
    limits = FalseAlarms(share=0.2, class_share=0.99)

    def threshold(beats: SingleBeats) -> float:
        fit = np.arange(len(beats))
        return fit_beat_detector(
            "shape_mahalanobis", beats=beats, fit=fit, limits=limits, seed=1
        ).threshold

    alike = beats_of(**usual)
    odd = beats_of(**usual, r4=[0] * 40)
    changed = odd.ecg.copy()
    changed[160:] = np.where(changed[160:] > 0, 1 - changed[160:], 0)
    unlike = dataclasses.replace(odd, ecg=changed)
    # A fifth of the beats may be flagged: those of one of five patients, but no others.
    assert threshold(unlike) < 2 * threshold(alike)
    limits = FalseAlarms(share=0.1, class_share=0.99)
    assert threshold(unlike) > 10 * threshold(alike)


def judged(**changes: Any) -> Judged:
    beats = beats_of(r1=[0, 0, 2], r2=[0])
    values: dict[str, Any] = {
        "beats": beats,
        "scores": np.array([0.1, 0.9, 0.2, 0.3]),
        "broken": np.array([False, False, True, False]),
        "flagged": np.array([False, True, True, False]),
        "other_scores": np.array([0.0, 0.8, 0.95]),
        "other_broken": np.array([True, False, False]),
        "other_flagged": np.array([True, False, True]),
        "other_normal": np.array([True, True, False]),
    }
    return Judged(**{**values, **changes})


def test_false_alarms_are_counted_by_beat_patient_class_and_record() -> None:
    assert judged().false_alarms() == {
        "all": 0.5,
        "patients": pytest.approx((2 / 3 + 0) / 2),
        "classes": {"N": pytest.approx(1 / 3), "V": 1.0},
    }
    assert judged().records()["r2"] == {"beats": 1, "false_alarm_rate": 0.0}


def test_kinds_are_counted_and_an_input_that_breaks_a_rule_ranks_first() -> None:
    rows = {"line": np.array([0]), "rest": np.array([1, 2])}
    plain = judged().kinds(rows)
    assert plain["line"] == {"inputs": 1, "auroc": 0.0, "flagged": 1.0, "called_normal": 0.0}
    # 0.8 is above three of four real beats, 0.95 above all; the first is called normal.
    assert plain["rest"] == {"inputs": 2, "auroc": 0.875, "flagged": 0.5, "called_normal": 0.5}
    # The line and the real beat that breaks a rule are now equal, and above the others.
    first = judged().with_rules_first().kinds(rows)
    assert first["line"]["auroc"] == pytest.approx((3 + 0.5) / 4)


def test_the_score_is_chosen_by_its_mean_over_the_networks() -> None:
    def scores(areas: Mapping[ScoreName, float]) -> dict[ScoreName, ScoreResults]:
        return {name: {"valid_auroc": areas.get(name, 0.5)} for name in SCORE_NAMES}  # type: ignore[typeddict-item]

    found = {
        "cnn_lstm": scores({"energy": 0.99, "shape_gaussian": 0.8}),
        "transformer": scores({"energy": 0.55, "shape_gaussian": 0.8}),
    }
    assert choose(found) == "shape_gaussian"


def test_numbers_are_averaged_at_every_depth_and_counts_are_kept() -> None:
    found = [
        {"all": 0.25, "kinds": {"sine": {"inputs": 3, "auroc": 0.5}}},
        {"all": 0.75, "kinds": {"sine": {"inputs": 3, "auroc": 1.0}}},
    ]
    mean = mean_of(found)
    assert mean == {"all": 0.5, "kinds": {"sine": {"inputs": 3, "auroc": 0.75}}}
    assert isinstance(mean["kinds"]["sine"]["inputs"], int)  # type: ignore[index]


def test_false_alarms_are_also_counted_without_the_test_record_of_a_training_patient() -> None:
    beats = beats_of(**{"100": [0, 0, 2], "202": [0]})
    first = judged(beats=beats)
    second = judged(beats=beats, flagged=np.array([False, False, True, True]))
    assert false_alarms_of_others([first, second], database="mitdb") == {
        "all": pytest.approx((2 / 3 + 1 / 3) / 2),
        "patients": pytest.approx((2 / 3 + 1 / 3) / 2),
        "classes": {"N": 0.25, "V": 1.0},
    }
    assert false_alarms_of_others([judged()], database="mitdb") is None
    assert false_alarms_of_others([first], database="svdb") is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"false_alarms": 0.0}, "false_alarms"),
        ({"class_false_alarms": 1.0}, "class_false_alarms"),
        ({"inputs": 0}, "inputs"),
        ({"seconds": 10.0}, "seconds"),
        ({"snr_db": (6.0, 6.0)}, "snr_db"),
        ({"snr_db": ()}, "snr_db"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_parameter_out_of_range_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=rf"ood\.{field} is .* but must be"):
        dataclasses.replace(CONFIG, **changes)
