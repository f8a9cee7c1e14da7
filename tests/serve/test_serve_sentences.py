"""Errors and warnings are shown in the language of the person."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields, validate
from root import ROOT
from serving import csrf
from werkzeug.exceptions import default_exceptions

from ecgfuse.serve.analysis.plain_words import in_plain_words
from ecgfuse.serve.errors import InsufficientStorage
from ecgfuse.serve.pages.language import read_catalogue
from ecgfuse.serve.sentences.known import OWN, SENTENCES
from ecgfuse.serve.sentences.translate import translate, translate_all

KOREAN = {"Accept-Language": "ko"}
SPEAKING = ("serve", "recordings", "annotate")
"""Packages whose errors people see."""
PLACE = re.compile(r"\{\w*\}")
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("sentence", OWN)
def test_the_code_says_every_known_sentence(sentence: str) -> None:
    text = PLACE.sub("{}", sentence)
    assert text in said() or is_said_in_parts(text), "nothing says so; copy the words of the code"


def is_said_in_parts(text: str) -> bool:
    """Whether a text of the code takes another one as a value."""
    for outer in said():
        before, place, after = outer.partition("{} {}" if "{} {}" in outer else "{}")
        inner = text[len(before) : len(text) - len(after)]
        fits = place and text.startswith(before) and text.endswith(after)
        if fits and inner.removeprefix("{} ") in said():
            return True
    return False


@cache
def said() -> frozenset[str]:
    """All texts of the package in plain words, {} for values, without the file named first."""
    texts = {
        text
        for package in SPEAKING
        for path in (ROOT / "src/ecgfuse" / package).rglob("*.py")
        if "sentences" not in path.parts
        for text in texts_of(ast.parse(path.read_text()))
    }
    plain = {in_plain_words(text, Path("folder/file")) for text in texts}
    return frozenset(plain | {re.sub(r"^(\{\}|\w+): ", "", text) for text in plain})


def texts_of(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = PLACE.sub("{}", node.value)
            found |= {text, f"{{}} {text}"}  # the second: said of a named file
        elif isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            found.add(re.sub(r"(\{\})+", "{}", "".join(map(str, parts))))
    return found


def test_values_and_what_stands_before_a_colon_are_left_as_they_are(app: Flask) -> None:
    with app.test_request_context(headers=KOREAN):
        text = 'r1.hea: lead MLII {x} has no unit; set it with the field "Unit", such as mV'
        found = translate(text)
    assert found.startswith("r1.hea: ")
    assert "MLII {x}" in found
    assert HANGUL.search(found)
    assert "has no unit" not in found


def test_a_sentence_within_a_sentence_is_translated(app: Flask) -> None:
    inner = "the header is empty; correct the header, or copy the record again"
    with app.test_request_context(headers=KOREAN):
        found = translate(f"the analysis failed: a.hea: {inner}; start another one")
        assert translate(inner) in found
    assert "start another" not in found


@pytest.mark.parametrize(
    "text",
    ["", "100", "Kim: 3 {n} \\1", "a: b: c", "nobody knows: this", f"{'x' * 2000} is empty; copy"],
)
def test_other_texts_stay_as_they_are(text: str, app: Flask) -> None:
    with app.test_request_context(headers=KOREAN):
        assert translate(text) == text
        assert translate_all({"a": [text, 3]}) == {"a": [text, 3]}


def test_every_sentence_is_found_again_with_its_values(app: Flask) -> None:
    wrong = []
    for sentence in SENTENCES:
        names = re.findall(r"\{(\w+)\}", sentence)
        text = PLACE.sub(lambda place: f"<{place[0][1:-1]} 1>", sentence)
        with app.test_request_context(headers=KOREAN):
            found = translate(text)
        with app.test_request_context():
            same = translate(text)
        whole = all(f"<{name} 1>" in found for name in names)
        if not (HANGUL.search(found) and whole and same == text):
            wrong.append(sentence)
    assert wrong == []


def assert_is_korean(text: str, *, app: Flask) -> None:
    with app.test_request_context(headers=KOREAN):
        found = translate(text)
    assert HANGUL.search(found), text


def test_messages_of_the_libraries_are_known(app: Flask) -> None:
    class Everything(Schema):
        fs = fields.Float(validate=validate.Range(min=0, max=1e6, min_inclusive=False))
        points = fields.Integer(validate=validate.Range(min=1, max=5))
        name = fields.String(validate=validate.Length(min=1, max=100))
        word = fields.String(validate=validate.Length(max=3))
        unit = fields.String(validate=validate.OneOf(["mV", "V"]))
        wanted = fields.String(required=True)

    wrong: list[dict[str, Any]] = [
        {"fs": 0, "points": 9, "name": "", "word": "long", "unit": "K"},
        {"fs": "x", "points": "x", "name": None, "wanted": 3},
    ]
    messages = []
    for one in wrong:
        with pytest.raises(ValidationError) as error:
            Everything().load(one)
        messages += [text for texts in error.value.normalized_messages().values() for text in texts]
    assert len(messages) == 10
    errors = [default_exceptions[code]() for code in (400, 401, 403, 404, 405, 413, 429, 500, 503)]
    errors.append(InsufficientStorage())
    for text in [*messages, *(error.name for error in errors), *(errors[3].description,)]:
        assert_is_korean(str(text), app=app)


def test_a_problem_and_a_page_are_korean_for_a_korean(client: FlaskClient) -> None:
    path = "/api/v1/recordings/1"
    assert HANGUL.search(client.get(path, headers=KOREAN).json["detail"])
    assert "there is no such recording" in client.get(path).json["detail"]
    assert HANGUL.search(client.get("/nothing", headers=KOREAN).text)
    new = {"name": "a.zip", "size": 0}
    refused = client.post("/api/v1/uploads", json=new, headers={**KOREAN, **csrf(client)})
    assert HANGUL.search(refused.json["errors"]["json"]["size"][0])
    client.set_cookie("ecgfuse_language", "ko")
    refused = client.post("/api/v1/uploads", json={**new, "size": 1}, headers=csrf(client))
    assert refused.json["detail"].startswith("a.zip")
    assert HANGUL.search(refused.json["detail"])


def test_known_sentences_are_translated_once() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES)
    catalogue = read_catalogue("ko")
    assert all(catalogue.get(sentence) is not None for sentence in SENTENCES)
