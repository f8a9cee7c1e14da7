"""The frames of the pages: languages, notice, skeleton, and what they may not contain."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect

from ecgfuse.serve.pages import views
from ecgfuse.serve.pages.recording_pages import PageRecording

NOTICE = {"en": "Not a medical device", "ko": "의료기기가 아니므로"}
FIRST_PAGE_BYTES = 200_000
NAME = "<b>100</b>"
PATHS = (
    "/",
    "/recordings/wfdb",
    "/recordings/wfdb/print",
    "/recordings/wfdb/beats/77",
    "/single-beats/single_beats",
    "/performance",
    "/performance/waveform",
    "/performance/prediction",
    "/about",
    "/login",
)
VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})


class Page(HTMLParser):
    """Elements of a page; checks that they are closed in order and that ids are unique."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.inline: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        expected = self.open.pop()
        assert tag == expected, f"</{tag}> closes <{expected}>"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style") and data.strip():
            self.inline.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of some kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    application = Flask(__name__, static_folder=None)
    application.config["SECRET_KEY"] = "secret of a test"
    CSRFProtect(application)
    monkeypatch.setattr(views.security, "current_person", lambda: None)
    monkeypatch.setattr(
        views, "find_recording", lambda one: PageRecording(id=one, name=NAME, kind=one)
    )
    views.register_views(application)
    return application


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def load(client: FlaskClient, url: str) -> tuple[bytes, str]:
    """Content and Cache-Control of a static file."""
    with client.get(url) as response:
        assert response.status_code == 200, url
        return response.data, response.headers["Cache-Control"]


def get(client: FlaskClient, path: str, *, language: str = "en") -> Page:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, path
    return Page(response.get_data(as_text=True))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_the_skeleton_and_the_notice_in_both_languages(
    client: FlaskClient, path: str, language: str
) -> None:
    response = client.get(path, headers={"Accept-Language": language})
    text = response.get_data(as_text=True)
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert not page.open
    assert page.all("html")[0]["lang"] == language
    assert NOTICE[language] in text
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("title")) == 1
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert any(one.get("aria-live") for one in page.all("div"))


@pytest.mark.parametrize("path", PATHS)
def test_no_page_has_inline_scripts_or_styles(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    assert page.inline == []
    assert page.all("style") == []
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    for script in page.all("script"):
        assert (script["src"] or "").startswith("/static/")


@pytest.mark.parametrize("path", PATHS)
def test_ids_are_unique_and_references_lead_somewhere(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            wanted = (attributes.get(name) or "").split()
            assert set(wanted) <= set(ids), (name, wanted)


@pytest.mark.parametrize("path", PATHS)
def test_fields_and_pictures_are_named(client: FlaskClient, path: str) -> None:
    text = client.get(path).get_data(as_text=True)
    page = Page(text)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    in_labels = "".join(re.findall(r"<label.*?</label>", text, re.DOTALL))
    for field in page.all("input", "select"):
        name = field.get("id") or field.get("name") or ""
        named = field.get("aria-label") or name in labelled or f'"{name}"' in in_labels
        assert named or field.get("type") == "hidden", field
    for picture in page.all("img"):
        assert "alt" in picture


def test_everything_that_pages_load_is_there_and_kept_for_good(client: FlaskClient) -> None:
    for path in PATHS:
        page = get(client, path, language="ko")
        urls = [one["src"] for one in page.all("script", "img")]
        urls += [one["href"] for one in page.all("link")]
        for url in urls:
            assert "immutable" in load(client, str(url))[1]


def test_files_under_an_old_digest_are_not_kept(client: FlaskClient) -> None:
    assert load(client, "/static/000000000000/css/app.css")[1] == "no-cache"


@pytest.mark.parametrize("name", ["../views.py", "js/none.js", "%2e%2e/views.py"])
def test_files_outside_the_folder_are_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/000000000000/{name}").status_code == 404


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_first_page_with_all_it_loads_is_below_200_kb(
    client: FlaskClient, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": language})
    text = response.get_data(as_text=True)
    page = Page(text)
    urls = {str(one["src"]) for one in page.all("script", "img")}
    urls |= {str(one["href"]) for one in page.all("link")}
    urls |= set(re.findall(r'content="(/catalogue/[^"]+)"', text))
    scripts = [url for url in urls if url.endswith(".js")]
    for url in scripts:  # modules, with those that they import
        found = re.findall(r'from "\./([^"]+)"', load(client, url)[0].decode())
        new = {f"{url.rsplit('/', 1)[0]}/{name}" for name in found} - urls
        urls |= new
        scripts += new
    total = len(response.data) + sum(len(load(client, url)[0]) for url in urls)
    assert total < FIRST_PAGE_BYTES


def test_names_of_recordings_are_text(client: FlaskClient) -> None:
    text = client.get("/recordings/wfdb").get_data(as_text=True)
    assert NAME not in text
    assert "&lt;b&gt;100&lt;/b&gt;" in text


def test_pages_of_the_other_kind_of_recording_lead_to_the_right_one(client: FlaskClient) -> None:
    assert client.get("/recordings/single_beats").location == "/single-beats/single_beats"
    assert client.get("/single-beats/wfdb").location == "/recordings/wfdb"


def test_a_chosen_language_and_theme_are_remembered(client: FlaskClient) -> None:
    client.get("/about?lang=ko&theme=dark")
    page = Page(client.get("/about", headers={"Accept-Language": "en"}).get_data(as_text=True))
    assert page.all("html")[0] == {"lang": "ko", "data-theme": "dark"}


def test_choices_keep_the_other_parameters_of_the_address(client: FlaskClient) -> None:
    page = get(client, "/recordings/wfdb?analysis=a&t=3")
    links = [one["href"] for one in page.all("a") if one.get("hreflang")]
    assert links == [
        "/recordings/wfdb?analysis=a&t=3&lang=en",
        "/recordings/wfdb?analysis=a&t=3&lang=ko",
    ]


def test_the_catalogue_of_scripts_is_kept_for_good_under_its_digest(client: FlaskClient) -> None:
    text = client.get("/", headers={"Accept-Language": "ko"}).get_data(as_text=True)
    found = re.search(r'content="(/catalogue/ko\.\w+\.json)"', text)
    assert found
    response = client.get(found[1])
    assert response.get_json()["fusion"] == "융합박동"
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get("/catalogue/ko.000000000000.json").status_code == 404
    assert client.get("/catalogue/xx.000000000000.json").status_code == 404


def test_a_wrong_token_is_told_and_a_right_one_leads_on(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(views.security, "log_in", lambda token: token == "right")
    refused = client.post("/login", data={"token": "wrong", "next": "/about"})
    assert refused.status_code == 401
    assert b"This token is not known" in refused.data
    assert b'value="/about"' in refused.data
    accepted = client.post("/login", data={"token": "right", "next": "/about"})
    assert accepted.location == "/about"
    elsewhere = client.post("/login", data={"token": "right", "next": "//example.org"})
    assert elsewhere.location == "/"
