"""Languages and translations of the pages."""

import json
import re

import pytest
from flask import Flask

from ecgfuse.serve.pages.catalogue import collect_strings
from ecgfuse.serve.pages.language import (
    DEFAULT,
    LANGUAGES,
    choose_language,
    compile_catalogue,
    read_catalogue,
    script_strings,
)

OTHERS = [code for code in LANGUAGES if code != DEFAULT]
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]")


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_is_translated_and_none_is_left_over(language: str) -> None:
    wanted = {message.id for message in collect_strings() if message.id}
    catalogue = read_catalogue(language)
    there = {message.id for message in catalogue if message.id}
    assert there == wanted, "run python -m ecgfuse.serve.pages.catalogue and translate what is new"
    empty = [m.id for m in catalogue if m.id and not (m.string and all(m.string))]
    assert not empty


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_same_placeholders(language: str) -> None:
    for message in read_catalogue(language):
        if not message.id:
            continue
        source = message.id[-1] if isinstance(message.id, tuple) else message.id
        for form in message.string if isinstance(message.string, tuple) else [message.string]:
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(source)), source


def test_strings_of_scripts_are_those_of_scripts_alone() -> None:
    strings = script_strings(read_catalogue("ko"))
    assert strings["ventricular ectopic"] == "심실조기수축"
    assert strings["{n} beat"] == ["박동 {n}개"]
    assert "Skip to the content" not in strings


def test_digest_of_a_catalogue_follows_its_strings() -> None:
    catalogue = read_catalogue("ko")
    before = compile_catalogue(catalogue)
    catalogue.get("fusion").string = "다른 말"
    after = compile_catalogue(catalogue)
    assert json.loads(after.of_scripts)["fusion"] == "다른 말"
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("address", "cookie", "accepted", "language"),
    [
        ("/", None, None, "en"),
        ("/", None, "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("/", None, "fr,en;q=0.5", "en"),
        ("/", "ko", "en", "ko"),
        ("/?lang=en", "ko", "ko", "en"),
        ("/?lang=xx", None, "ko", "ko"),
        ("/", "xx", "ko", "ko"),
    ],
)
def test_language_is_chosen_by_address_then_cookie_then_browser(
    address: str, cookie: str | None, accepted: str | None, language: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    if cookie:
        headers["Cookie"] = f"ecgfuse_language={cookie}"
    with Flask(__name__).test_request_context(address, headers=headers):
        assert choose_language() == language
