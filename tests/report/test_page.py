"""The report stands alone, computes what it says, and cannot pass synthetic data off as real."""

import copy
import html
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import made_up_studies
import numpy as np
import pandas as pd
import pytest
from small_networks import no_comparison

from ecgfuse.datasets.beats import BeatSet
from ecgfuse.evaluate.by_record import error_table
from ecgfuse.evaluate.collect import collect_results
from ecgfuse.evaluate.comparison import compare_fusions
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import score, score_by_record
from ecgfuse.evaluate.prediction_files import Predictions, SeedPredictions
from ecgfuse.models.config import Block
from ecgfuse.report import published
from ecgfuse.report.page import build_page
from ecgfuse.report.rows import BLOCKS, always_n_row
from ecgfuse.report.summary import summarise_records, summarise_result

FUSIONS = ("early", "late", "hybrid")
SPLITS = {"train": ["101", "201"], "valid": ["114"], "test": list(published.DS2)}


CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=15)


@cache
def fusion_of(
    *, seed: int, skill: float, n_seeds: int, kind: str, names: tuple[str, ...]
) -> tuple[dict[str, Any], pd.DataFrame, SeedPredictions]:
    """Metrics, table of records and made-up predictions; more skill gives better ones."""
    labels = np.tile(np.repeat(range(4), (40, 6, 8, 4)), len(names))
    record = np.repeat(names, 58)
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n_seeds, len(labels), 4)) + skill * np.eye(4)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    table = score_by_record(record, labels, probabilities.mean(axis=0).argmax(axis=1))
    annotated = pd.DataFrame({"record": record, "label": labels, "used": 1})
    ecg = np.zeros((len(labels), 1, 1))
    beats = BeatSet(ecg=ecg, comparison=no_comparison(len(labels)), annotated=annotated)
    predictions = Predictions(probabilities=probabilities, attention=None)
    metrics = collect_results(
        {"test": beats, "valid": beats},
        {"test": predictions, "valid": predictions},
        by_record=table,
        dataset={"database": "mitdb", "kind": kind},
        config=CONFIG,
    )
    metrics["data"]["dropped_beats"] = {"first": 22, "Q": 7}
    metrics["valid"] |= {"macro_f1": 0.8125, "macro_auprc": 0.75}
    return metrics, table, SeedPredictions(record, labels, probabilities)


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    return arguments_of(tmp_path)


def arguments_of(
    folder: Path,
    *,
    kind: str = "real",
    n_seeds: int = 3,
    fusions: tuple[str, ...] = FUSIONS,
    names: list[str] = published.DS2,
) -> dict[str, Any]:
    """Arguments of build_page, in which hybrid fusion is best."""
    made = {  # copies, since tests change them
        fusion: copy.deepcopy(
            fusion_of(
                seed=index, skill=1.5 + 0.5 * index, n_seeds=n_seeds, kind=kind, names=tuple(names)
            )
        )
        for index, fusion in enumerate(fusions)
    }
    picture = folder / "picture.png"
    picture.write_bytes(made_up_studies.PNG)
    return {
        "metrics": {fusion: metrics for fusion, (metrics, _, _) in made.items()},
        "comparison": compare_fusions(
            {fusion: found for fusion, (_, _, found) in made.items()},
            database="mitdb",
            n_draws=100,
            seed=1,
        )
        if len(made) == len(FUSIONS)
        else {},
        "studies": made_up_studies.studies_in(folder, kind=kind),
        "errors": {
            fusion: error_table(
                found.records, found.labels, found.probabilities.mean(axis=0).argmax(axis=1)
            )
            for fusion, (_, _, found) in made.items()
        },
        "by_record": {fusion: table for fusion, (_, table, _) in made.items()},
        "pictures": {fusion: {"confusion": picture} for fusion in fusions},
        "params": {"split": SPLITS, "train": {"lr": 1e-05}},
    }


def page_of(arguments: dict[str, Any]) -> str:
    return build_page(
        arguments["metrics"], **{k: v for k, v in arguments.items() if k != "metrics"}
    )


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    visible = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", visible)).split())


class Balanced(HTMLParser):
    """Fails on a tag that is closed but not open, or the reverse."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_well_formed_and_needs_nothing_else(arguments: dict[str, Any]) -> None:
    page = page_of(arguments)
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "<script" not in page
    assert "<link" not in page
    assert not re.search(r"url\(|@import", page)
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(source.startswith(("data:image/", "#")) for source in sources)


def test_links_inside_the_page_lead_somewhere(arguments: dict[str, Any]) -> None:
    page = page_of(arguments)
    for target in re.findall(r'href="#([^"]*)"', page):
        assert f'id="{target}"' in page


def test_equal_results_give_equal_pages(arguments: dict[str, Any]) -> None:
    assert page_of(arguments) == page_of(copy.deepcopy(arguments))


def test_synthetic_data_is_called_so_everywhere(tmp_path: Path) -> None:
    page = page_of(arguments_of(tmp_path, kind="synthetic"))
    assert "<title>SYNTHETIC DATA" in page
    assert "SYNTHETIC DATA: these numbers say nothing about patients" in text_of(page)
    assert '<body class="synthetic">' in page
    assert text_of(page).count("not comparable with the rows above") == 2
    assert "On synthetic records:" in text_of(page)


def test_real_data_is_not_called_synthetic(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    assert "synthetic" not in text.lower()
    assert "not comparable" not in text


def test_other_test_records_are_not_compared_with_published_results(tmp_path: Path) -> None:
    text = text_of(page_of(arguments_of(tmp_path, names=published.DS2[:-1])))
    assert "not tested on all of DS2" in text
    assert text.count("not comparable with the rows above") == 2


@pytest.mark.parametrize("kind", ["unknown", None])
def test_data_neither_real_nor_synthetic_are_refused(
    arguments: dict[str, Any], kind: str | None
) -> None:
    for metrics in arguments["metrics"].values():
        metrics["data"]["kind"] = kind
    with pytest.raises(ValueError, match=r"data\.kind of the metrics is .* real or synthetic"):
        page_of(arguments)


def test_fusions_of_different_data_are_refused(arguments: dict[str, Any]) -> None:
    arguments["metrics"]["late"]["data"]["kind"] = "synthetic"
    with pytest.raises(ValueError, match=r"data of fusion late .* run .dvc repro."):
        page_of(arguments)


def test_fusion_without_records_is_refused(arguments: dict[str, Any]) -> None:
    del arguments["by_record"]["late"]
    with pytest.raises(ValueError, match="no table for fusion late"):
        page_of(arguments)


def test_missing_picture_is_refused_with_a_cure(arguments: dict[str, Any]) -> None:
    arguments["pictures"]["early"]["gate"] = Path("nowhere/gate.png")
    with pytest.raises(ValueError, match=r"nowhere/gate\.png: no such file; run the pipeline"):
        page_of(arguments)


def test_page_shows_the_numbers_of_the_metrics(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    for metrics in arguments["metrics"].values():
        mean, sd = metrics["test"]["macro_f1"], metrics["test_sd"]["macro_f1"]
        assert f"{100 * mean:.1f} \N{PLUS-MINUS SIGN} {100 * sd:.1f}" in text
        assert f"{100 * metrics['test_ensemble']['macro_auprc']:.1f}" in text
    assert "81.3" in text  # validation
    assert "first 22, Q 7" in text
    assert "lr: 1.0e-05" in text


def test_published_results_are_shown_as_published(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    assert "MACNN-SE, hybrid MHCA opt3 hybrid 87.5 70.8 58.5" in text
    assert "96.18, 93.22, 92.48, 93.74, 96.48, 97.72" in text
    for reference in published.REFERENCES:
        assert reference in text


def test_parameters_cannot_break_the_page(arguments: dict[str, Any]) -> None:
    arguments["params"]["train"] = {"note": "</pre><script>alert(1)</script>"}
    page = page_of(arguments)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "changes",
    [{"n_seeds": 1}, {"fusions": ("early",)}, {"names": ["100", "103"]}],
    ids=["one seed", "one fusion", "two records"],
)
def test_page_of_a_small_run_is_built(tmp_path: Path, changes: dict[str, Any]) -> None:
    arguments = arguments_of(tmp_path, **changes)
    arguments["pictures"], arguments["params"] = {}, {}
    text = text_of(page_of(arguments))
    assert "nan" not in re.findall(r"[a-z]+", text)
    assert ("with one seed there is no telling" in text) == ("n_seeds" in changes)
    assert ("draws of the test records" in text) == ("names" not in changes)


def test_page_shows_intervals_and_comparisons_of_the_draws(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    for metrics in arguments["metrics"].values():
        for found in (metrics["test_ci"]["macro_f1"], metrics["test_ci"]["F"]["f1"]):
            assert f"{100 * found['low']:.1f} to {100 * found['high']:.1f}" in text
    pair = arguments["comparison"]["hybrid_vs_early"]
    assert (
        f"Hybrid ahead of early {100 * pair['probability_better']:.1f} % "
        f"{100 * pair['difference']['mean']:.1f}"
    ) in text
    assert text.count("without record 202") == 3


def test_page_shows_the_learning_curve_and_the_calibration(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    assert "4 62.5 \N{PLUS-MINUS SIGN} 3.1" in text
    for metrics in arguments["metrics"].values():
        ece = metrics["calibration"]["valid"]["ensemble"]["ece"]
        assert f"validation ensemble {100 * ece:.1f}" in text


def test_same_subject_in_training_and_test_is_told(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    assert "Records 201 and 202 are one person." in text
    without = arguments["metrics"]["early"]["test_without_202"]
    assert f"{100 * without['ensemble']['macro_f1']:.1f} % (early)" in text
    assert f"{100 * without['mean']['macro_f1']:.1f} \N{PLUS-MINUS SIGN}" in text
    arguments["params"]["split"] = {**SPLITS, "train": ["101"]}
    assert "are one person" not in text_of(page_of(arguments))


ALWAYS_N = np.eye(4)[np.zeros(100, dtype=int)]


def made_up(macro_f1: float, *, sd: float, seeds: int = 5) -> dict[str, Any]:
    scores: dict[str, Any] = {"macro_f1": macro_f1, "macro_auprc": macro_f1}
    return {
        "seeds": seeds,
        "test_ci": {"draws": 400},
        "always_n": score(np.array([0] * 80 + [1] * 8 + [2] * 8 + [3] * 4), ALWAYS_N),
        "test": scores,
        "test_sd": {"macro_f1": sd},
        "test_ensemble": {"macro_f1": macro_f1 + 0.03},
    }


@pytest.mark.parametrize(
    ("gap", "seeds", "expected"),
    [
        (0.01, 5, "0.5 times the spread between seeds (2.0 points), less than seeds differ"),
        (0.03, 5, "weak evidence"),
        (0.10, 5, "5.0 times the spread between seeds (2.0 points), more than seeds differ"),
        (0.10, 1, "with one seed there is no telling"),
    ],
)
def test_summary_weighs_the_gap_against_the_spread(gap: float, seeds: int, expected: str) -> None:
    metrics = {
        "late": made_up(0.5, sd=0.02, seeds=seeds),
        "early": made_up(0.5 + gap, sd=0.02, seeds=seeds),
    }
    text = " ".join(summarise_result(metrics, comparison={}, n_records=4))
    assert text.startswith(
        f"Early fusion has the highest macro F1 on the 4 test records: {50 + 100 * gap:.1f}"
    )
    assert expected in text


@pytest.mark.parametrize(
    "comparison",
    [
        {"early_vs_late": {"probability_better": 0.75}},
        {"late_vs_early": {"probability_better": 0.25}},
    ],
)
def test_summary_says_how_often_the_order_holds_for_other_records(
    comparison: dict[str, Any],
) -> None:
    metrics = {"late": made_up(0.5, sd=0.02), "early": made_up(0.6, sd=0.02)}
    text = " ".join(summarise_result(metrics, comparison=comparison, n_records=22))
    assert "ahead of late in 75 % of 400 draws, so other patients could turn the order" in text


def test_always_n_scores_as_worked_out_for_ds2() -> None:
    # 44,259 N, 1,837 S, 3,221 V and 388 F: accuracy 89.0 %, macro F1 23.5 %.
    labels = np.repeat(range(4), (44_259, 1_837, 3_221, 388))
    certain = np.broadcast_to([1.0, 0.0, 0.0, 0.0], (len(labels), 4))
    values = always_n_row({"always_n": score(labels, certain)}).values
    assert values["accuracy"] == pytest.approx(89.0, abs=0.05)
    assert values["macro_f1"] == pytest.approx(23.5, abs=0.06)
    assert values["macro_auprc"] == pytest.approx(25.0)  # the prevalences add up to 1
    assert values["macro_auroc"] == 50.0


def test_accuracy_follows_from_the_mean_over_four_classes() -> None:
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 4, size=(2, 500))
    class_accuracy = np.mean([np.mean((labels == c) == (predicted == c)) for c in range(4)])
    result = published.Published(method="", source="", class_accuracy=100 * float(class_accuracy))
    assert result.values()["accuracy"] == pytest.approx(100 * np.mean(labels == predicted))


@pytest.mark.parametrize(
    ("block", "described"),
    [("mhca", "cross-attention"), ("concat", "concatenation"), ("film", "linear modulation")],
)
def test_page_says_how_rr_joins(arguments: dict[str, Any], block: str, described: str) -> None:
    assert "Fusion block" not in text_of(page_of(arguments))  # no parameters, no claim
    arguments["params"]["fusion"] = {"block": block}
    text = text_of(page_of(arguments))
    assert re.search(rf"Fusion block RR joins at the end by [^.(]*{described}", text)


def test_every_block_that_can_be_chosen_is_described() -> None:
    assert set(BLOCKS) == set(get_args(Block))


def test_page_without_pictures_of_attention_and_gate_has_no_section_on_them(
    arguments: dict[str, Any],
) -> None:
    picture = arguments["pictures"]["late"]["confusion"]
    assert not re.search("The gate|Where the fusion looks", page_of(arguments))
    arguments["pictures"]["late"] |= {"gate": picture, "attention": picture}
    assert len(re.findall("<h3>(The gate|Where the fusion looks)</h3>", page_of(arguments))) == 2


def test_sentences_on_records_say_what_the_metrics_hold() -> None:
    top = {"record": "b", "beats": 3, "total": 4, "share": 0.75, "sensitivity": 0.75}
    found = {"tested": 2, "wrong_beats": 2, "with_half_of_wrong": 1, "S": top}
    assert summarise_records(found) == [
        "Record b holds 3 of the 4 S beats (75 %).",
        "1 of 2 records holds at least half of the 2 wrong beats.",
    ]


def test_tables_read_back_from_csv_give_the_same_page(
    arguments: dict[str, Any], tmp_path: Path
) -> None:
    before = page_of(arguments)
    for fusion, table in arguments["by_record"].items():
        write_table(table, tmp_path / f"{fusion}.csv")
        arguments["by_record"][fusion] = pd.read_csv(tmp_path / f"{fusion}.csv")
    assert page_of(arguments) == before
