"""Judging a recording: models, reference labels, corrections that are never lost."""

import re

import pytest
from browser import Person
from playwright.sync_api import Locator, Page, expect
from steps import (
    answer,
    chosen_class,
    fact,
    give_class,
    jump,
    path_of,
    wait_for_viewer,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def log(page: Page) -> Locator:
    """The corrections, newest first."""
    return page.locator("#history li")


def choose_v(page: Page) -> str:
    """Go to the first V beat; return its sample."""
    page.locator("#strip").press("Home")
    page.locator("#strip").press("Escape")
    jump(page, "V")
    expect(fact(page, "Class")).to_contain_text("ventricular ectopic")
    return fact(page, "Sample").inner_text()


def count(page: Page, name: str) -> int:
    """Number of beats of a class in the summary."""
    row = page.locator("#summary table").first.locator("tr", has=page.locator(f".class-{name}"))
    return int(row.locator("td").first.inner_text().replace(",", ""))


def test_mismatches_are_counted_and_scored_by_ec57(viewer: Page) -> None:
    (analysis,) = answer(viewer, f"/api/v1{path_of(viewer)}")["analyses"]
    found = answer(viewer, f"/api/v1/analyses/{analysis['id']}/reference")
    section = viewer.locator("#reference-section")
    expect(section).to_contain_text(f"{len(found['mismatches'])} beats differ from the reference")
    expect(section).to_contain_text("After the first five minutes (ANSI/AAMI EC57)")
    expect(section).to_contain_text("Whole recording")
    sensitivity = found["ec57"]["standard"]["scores"]["veb"]["se"]
    expect(section.locator("table").first).to_contain_text("ventricular (VEB)")
    expect(section.locator("table").first).to_contain_text(f"{100 * sensitivity:.1f} %")
    jump(viewer, "mismatch")
    expect(fact(viewer, "Reference")).to_be_visible()
    assert fact(viewer, "Reference").inner_text() != chosen_class(viewer)


def test_another_model_is_chosen_with_its_measured_performance(fresh: Page) -> None:
    expect(fresh.locator("#model-note")).to_contain_text("macro F1")
    fresh.get_by_label("Model").select_option("causal")
    fresh.wait_for_url(re.compile("analysis="))
    wait_for_viewer(fresh)
    expect(fresh.get_by_label("Model")).to_have_value("causal")
    expect(fresh.locator("#model-note")).to_contain_text("Waits for")
    fresh.get_by_label("Model").select_option("cnn_lstm")  # normal or abnormal
    expect(fresh.locator('#jumps [data-kind="abnormal"]')).to_be_visible()
    wait_for_viewer(fresh)
    jump(fresh, "abnormal")
    expect(fact(fresh, "Class")).to_contain_text("abnormal")
    expect(fresh.locator("#palette button")).to_have_text([re.compile(n) for n in "NAQ"])


def test_corrections_are_kept_undone_and_redone(fresh: Page) -> None:
    before = count(fresh, "V")
    sample = choose_v(fresh)
    give_class(fresh, "F")
    expect(log(fresh)).to_have_count(1)
    expect(fresh.locator("#history-state")).to_have_text("1 correction, saved.")
    expect(fresh.locator("#summary")).to_contain_text("Corrected")
    assert count(fresh, "V") == before - 1
    expect(fact(fresh, "By the model")).to_have_text("V")

    fresh.reload()
    wait_for_viewer(fresh)
    expect(log(fresh)).to_have_count(1)
    assert count(fresh, "V") == before - 1
    log(fresh).get_by_role("button").click()
    expect(fact(fresh, "Sample")).to_have_text(sample)
    expect(fact(fresh, "Class")).to_contain_text("fusion")

    fresh.get_by_role("button", name="Undo").click()
    expect(log(fresh)).to_contain_text("undone")
    expect(fact(fresh, "Class")).to_contain_text("ventricular ectopic")
    expect(fresh.get_by_role("button", name="Undo")).to_be_disabled()
    fresh.reload()
    wait_for_viewer(fresh)
    assert count(fresh, "V") == before
    fresh.get_by_role("button", name="Redo").click()
    expect(fresh.get_by_role("button", name="Redo")).to_be_disabled()
    expect(fresh.locator("#history-state")).to_have_text("1 correction, saved.")
    expect(fresh.locator("#summary")).to_contain_text("Corrected")


def test_a_correction_after_an_undo_takes_the_place_of_the_old_one(fresh: Page) -> None:
    choose_v(fresh)
    for name in ("N", "S"):
        give_class(fresh, name)
        expect(fresh.locator("#history-state")).to_contain_text("saved")
        expect(fresh.locator('#palette [aria-pressed="true"]')).to_have_text(re.compile(name))
    expect(log(fresh)).to_have_count(2)
    fresh.get_by_role("button", name="Undo").click()
    expect(fact(fresh, "Class")).to_contain_text("normal")
    give_class(fresh, "F")
    expect(fresh.get_by_role("button", name="Redo")).to_be_disabled()
    expect(log(fresh)).to_have_count(2)
    fresh.get_by_role("button", name="Undo").click()
    expect(fact(fresh, "Class")).to_contain_text("normal")
    fresh.get_by_role("button", name="Undo").click()
    expect(fact(fresh, "Class")).to_contain_text("ventricular ectopic")


def test_a_second_tab_is_told_that_the_labels_have_changed(owner: Person, fresh: Page) -> None:
    other = owner.open(path_of(fresh))
    wait_for_viewer(other)
    sample = choose_v(other)
    assert choose_v(fresh) == sample
    give_class(fresh, "S")
    expect(log(fresh)).to_have_count(1)

    owner.refused.add(412)
    owner.is_warned = True
    give_class(other, "N")
    expect(other.locator("#alerts")).to_contain_text("changed in another window")
    expect(log(other)).to_have_count(1)
    expect(log(other)).to_contain_text(re.compile("V → S"))
    expect(fact(other, "Class")).to_contain_text("supraventricular ectopic")
    give_class(other, "N")
    expect(log(other)).to_have_count(2)
    expect(other.locator("#alerts")).to_be_empty()


def test_a_correction_that_was_not_saved_is_not_shown(owner: Person, fresh: Page) -> None:
    choose_v(fresh)
    fresh.route("**/corrections", lambda route: route.abort())
    owner.is_warned = True
    give_class(fresh, "N")
    expect(fresh.locator("#alerts")).to_contain_text("The server cannot be reached.")
    expect(fact(fresh, "Class")).to_contain_text("ventricular ectopic")
    fresh.unroute("**/corrections")
    owner.errors.clear()  # a console tells of each lost connection
    give_class(fresh, "N")
    expect(log(fresh)).to_have_count(1)
    expect(fresh.locator("#alerts")).to_be_empty()
