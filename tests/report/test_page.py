"""The page stands alone, shows the numbers of the results, and marks synthetic data."""

import copy
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from report_pages import SPLITS, arguments_of, page_of, text_of

from ecgfuse.evaluate.curves import write_table
from ecgfuse.models.config import Block
from ecgfuse.report import published
from ecgfuse.report.rows import BLOCKS


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


def test_page_is_well_formed_and_needs_no_other_file(page: str) -> None:
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "<script" not in page
    assert "<link" not in page
    assert not re.search(r"url\(|@import", page)
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(source.startswith(("data:image/", "#")) for source in sources)


def test_links_inside_the_page_have_targets(page: str) -> None:
    for target in re.findall(r'href="#([^"]*)"', page):
        assert f'id="{target}"' in page


def test_equal_results_give_equal_pages(page: str, shown: dict[str, Any]) -> None:
    assert page_of(copy.deepcopy(shown)) == page


def test_synthetic_data_is_marked_everywhere(tmp_path: Path) -> None:
    page = page_of(arguments_of(tmp_path, kind="synthetic"))
    text = text_of(page)
    assert "<title>SYNTHETIC DATA" in page
    assert "SYNTHETIC DATA: these numbers say nothing about patients" in text
    assert '<body class="synthetic">' in page
    assert text.count("not comparable with the rows above") == 2
    assert "On synthetic records:" in text
    assert 'class="real"' not in page
    assert "Targets" not in text


def test_real_data_is_not_marked_as_synthetic(text: str) -> None:
    assert "synthetic" not in text.lower()
    assert "not comparable" not in text


def test_a_study_on_real_data_is_not_marked_on_a_page_of_synthetic_data(
    tmp_path: Path, shown: dict[str, Any]
) -> None:
    arguments = arguments_of(tmp_path, kind="synthetic")
    page = page_of({**arguments, "studies": shown["studies"]})
    assert '<section id="noise" class="real">' in page
    assert '<section id="pretraining" class="real">' in page


def test_other_test_records_are_not_compared_with_published_results(
    shown: dict[str, Any],
) -> None:
    by_record = {fusion: table.iloc[:-1] for fusion, table in shown["by_record"].items()}
    text = text_of(page_of({**shown, "by_record": by_record}))
    assert "not tested on all of DS2" in text
    assert "Targets" not in text
    assert text.count("not comparable with the rows above") == 2


@pytest.mark.parametrize("kind", ["unknown", None])
def test_data_neither_real_nor_synthetic_is_refused(
    arguments: dict[str, Any], kind: str | None
) -> None:
    for results in arguments["results"].values():
        results["data"]["kind"] = kind
    with pytest.raises(ValueError, match=r"data\.kind of the results is .* real or synthetic"):
        page_of(arguments)


def test_fusions_of_different_data_are_refused(arguments: dict[str, Any]) -> None:
    arguments["results"]["late"]["data"]["kind"] = "synthetic"
    with pytest.raises(ValueError, match=r"data of fusion late .* run .dvc repro."):
        page_of(arguments)


def test_network_without_records_is_refused(arguments: dict[str, Any]) -> None:
    del arguments["by_record"]["late"]
    with pytest.raises(ValueError, match="no table for late"):
        page_of(arguments)


def test_missing_figure_is_refused_with_a_cure(arguments: dict[str, Any]) -> None:
    arguments["figures"]["early"]["gate"] = Path("nowhere/gate.png")
    with pytest.raises(ValueError, match=r"nowhere/gate\.png: no such file; run the pipeline"):
        page_of(arguments)


def test_page_shows_the_numbers_of_the_results(text: str, shown: dict[str, Any]) -> None:
    for results in shown["results"].values():
        mean, sd = results["test"]["macro_f1"], results["test_sd"]["macro_f1"]
        assert f"{100 * mean:.1f} \N{PLUS-MINUS SIGN} {100 * sd:.1f}" in text
        assert f"{100 * results['test_ensemble']['macro_auprc']:.1f}" in text
        ece = results["calibration"]["valid"]["ensemble"]["ece"]
        assert f"validation ensemble {100 * ece:.1f}" in text
        for found in (results["test_ci"]["macro_f1"], results["test_ci"]["F"]["f1"]):
            assert f"{100 * found['low']:.1f} to {100 * found['high']:.1f}" in text
    assert "81.3" in text  # validation
    assert "first 22, Q 7" in text
    assert "lr: 1.0e-05" in text


def test_page_shows_paired_comparisons(text: str, shown: dict[str, Any]) -> None:
    pair = shown["comparison"]["pairs"]["hybrid_vs_early"]["macro_f1"]
    assert (
        f"Hybrid ahead of early {100 * pair['probability_better']:.1f} % "
        f"{100 * pair['difference']['mean']:.1f}"
    ) in text
    assert text.count("without record 202") == len(shown["comparison"]["pairs"]) == 28


def test_published_results_are_shown_as_published(text: str) -> None:
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
    [{"n_seeds": 1}, {"names": ["100", "103"]}],
    ids=["one seed", "two records"],
)
def test_page_of_a_small_run_is_built(tmp_path: Path, changes: dict[str, Any]) -> None:
    arguments = arguments_of(tmp_path, **changes)
    arguments["figures"], arguments["params"] = {}, {}
    text = text_of(page_of(arguments))
    assert "nan" not in re.findall(r"[a-z]+", text)
    assert ("with one seed each" in text) == ("n_seeds" in changes)
    assert ("bootstrap draws of the test records" in text) == ("names" not in changes)


def test_patient_in_training_and_test_is_reported(
    arguments: dict[str, Any], text: str, shown: dict[str, Any]
) -> None:
    assert "Records 201 and 202 are from the same person." in text
    without = shown["results"]["early"]["test_without_202"]
    assert f"{100 * without['ensemble']['macro_f1']:.1f} % (early)" in text
    assert f"{100 * without['mean']['macro_f1']:.1f} \N{PLUS-MINUS SIGN}" in text
    arguments["params"]["split"] = {**SPLITS, "train": ["101"]}
    assert "from the same person" not in text_of(page_of(arguments))


@pytest.mark.parametrize(
    ("block", "described"),
    [("mhca", "cross-attention"), ("concat", "concatenation"), ("film", "linear modulation")],
)
def test_page_describes_the_fusion_block(
    arguments: dict[str, Any], text: str, block: str, described: str
) -> None:
    assert "Fusion block" not in text  # no parameters, no claim
    arguments["params"]["fusion"] = {"block": block}
    assert re.search(
        rf"Fusion block in late and hybrid fusion, RR features join by [^.(]*{described}",
        text_of(page_of(arguments)),
    )


def test_every_block_that_can_be_chosen_is_described() -> None:
    assert set(BLOCKS) == set(get_args(Block))


def test_figures_that_were_not_drawn_have_no_section(arguments: dict[str, Any], page: str) -> None:
    headings = "<h3>(Gate|Attention)</h3>"
    assert not re.search(headings, page)
    figure = arguments["figures"]["late"]["confusion"]
    arguments["figures"]["late"] |= {"gate": figure, "attention": figure}
    assert len(re.findall(headings, page_of(arguments))) == 2


def test_tables_read_back_from_csv_give_the_same_page(
    arguments: dict[str, Any], tmp_path: Path, page: str
) -> None:
    for fusion, table in arguments["by_record"].items():
        write_table(table, tmp_path / f"{fusion}.csv")
        arguments["by_record"][fusion] = pd.read_csv(tmp_path / f"{fusion}.csv")
    assert page_of(arguments) == page
