"""Who may see what, and what is refused."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from serving import (
    ANNA,
    BEN,
    bearer,
    csrf,
    make_settings,
    running_app,
    services_of,
    write_tokens,
)
from sqlalchemy import select

from ecgfuse.serve.access.headers import HEADERS, POLICY
from ecgfuse.serve.access.limits import LOGINS_PER_MINUTE
from ecgfuse.serve.access.logins import end_login, is_ended
from ecgfuse.serve.access.persons import BROWSER_SESSION
from ecgfuse.serve.access.security import PUBLIC, safe_next
from ecgfuse.serve.app import create_app
from ecgfuse.serve.database.tables import EndedLogin, Owner, RecordingRow, now
from ecgfuse.serve.services import Services
from ecgfuse.serve.settings import CHUNK_BYTES, Settings

PAGES = ("/", "/performance", "/about", "/login", "/nothing")
UPLOAD = {"name": "100.dat", "size": 3}
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def add_recording(services: Services, *, owner_id: str) -> str:
    """A recording of an owner; its id."""
    with services.database.session() as session:
        session.add(row := RecordingRow(owner_id=owner_id, name="100", kind="wfdb", folder="x"))
    return row.id


def only_owner(services: Services) -> str:
    with services.database.reading() as session:
        (owner,) = session.scalars(select(Owner.id))
    return owner


def upload(client: FlaskClient, headers: dict[str, str] | None = None) -> int:
    """Status of a request that changes something."""
    return client.post("/api/v1/uploads", json=UPLOAD, headers=headers).status_code


# -- What every response says


@pytest.mark.parametrize("path", [*PAGES, "/health/live", "/api/v1/models", "/api/v1/nothing"])
def test_every_response_has_the_headers_that_protect_browsers(
    client: FlaskClient, path: str
) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_scripts_or_styles(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "<html" in text
    assert not INLINE.findall(text)


def test_pages_and_answers_are_not_kept_by_caches(client: FlaskClient) -> None:
    for path in ("/", "/api/v1/recordings"):
        assert "private" in client.get(path).headers["Cache-Control"]


def test_there_is_no_debug_mode(app: Flask) -> None:
    assert not app.debug
    assert not app.testing


# -- Forged requests


def test_a_request_that_changes_something_needs_the_secret_of_the_session(
    client: FlaskClient,
) -> None:
    client.get("/")
    for headers in ({}, {"X-CSRFToken": "x"}, {"Authorization": f"Bearer {ANNA}"}):
        assert upload(client, headers) == 400
    assert upload(client, csrf(client)) == 201


def test_the_secret_of_another_session_is_refused(app: Flask) -> None:
    mine, theirs = app.test_client(), app.test_client()
    mine.get("/")
    assert upload(mine, csrf(theirs)) == 400


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_every_method_that_changes_something_is_protected(app: Flask, method: str) -> None:
    client = app.test_client()
    paths = {
        str(rule).replace("<", "").replace(">", "")
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
    }
    for path in paths:
        assert client.open(path, method=method, json={}).status_code in (400, 404), path


def test_a_bearer_token_needs_no_secret(token_client: FlaskClient) -> None:
    assert upload(token_client) == 201


# -- Owners


def test_two_browsers_never_see_each_other_s_recordings(app: Flask) -> None:
    mine, theirs = app.test_client(), app.test_client()
    services = services_of(app)
    mine.get("/")
    recording_id = add_recording(services, owner_id=only_owner(services))
    theirs.get("/")
    for path in (f"/api/v1/recordings/{recording_id}", f"/recordings/{recording_id}"):
        assert mine.get(path).status_code == 200
        assert theirs.get(path).status_code == 404
    assert [row["id"] for row in mine.get("/api/v1/recordings").json] == [recording_id]
    assert theirs.get("/api/v1/recordings").json == []
    path = f"/api/v1/recordings/{recording_id}"
    assert theirs.delete(path, headers=csrf(theirs)).status_code == 404
    assert mine.delete(path, headers=csrf(mine)).status_code == 204
    assert mine.get(path).status_code == 404


def test_two_tokens_never_see_each_other_s_recordings(token_app: Flask) -> None:
    client, services = token_app.test_client(), services_of(token_app)
    assert client.get("/api/v1/recordings", headers=bearer(ANNA)).json == []
    recording_id = add_recording(services, owner_id=only_owner(services))
    path = f"/api/v1/recordings/{recording_id}"
    assert client.get(path, headers=bearer(ANNA)).status_code == 200
    assert client.get(path, headers=bearer(BEN)).status_code == 404
    assert client.get("/api/v1/recordings", headers=bearer(BEN)).json == []


def test_a_token_and_a_browser_logged_in_with_it_are_the_same_owner(token_app: Flask) -> None:
    browser = token_app.test_client()
    log_in(browser, ANNA)
    browser.get("/")
    only_owner(services_of(token_app))
    token_app.test_client().get("/api/v1/recordings", headers=bearer(ANNA))
    only_owner(services_of(token_app))


def test_a_forged_session_is_worth_nothing(app: Flask) -> None:
    client = app.test_client()
    client.get("/")
    name = app.config["SESSION_COOKIE_NAME"]
    value = client.get_cookie(name)
    assert value is not None
    client.set_cookie(name, value.value.replace(".", "x.", 1))
    client.get("/")
    with services_of(app).database.reading() as session:
        assert len(session.scalars(select(Owner.id)).all()) == 2


def test_a_browser_keeps_its_recordings_over_a_restart(settings: Settings) -> None:
    cookies = []
    for _ in range(2):
        with running_app(settings) as app:
            client = app.test_client()
            name = app.config["SESSION_COOKIE_NAME"]
            for value in cookies:
                client.set_cookie(name, value)
            client.get("/")
            cookies = [client.get_cookie(name).value]  # type: ignore[union-attr]
            only_owner(services_of(app))


# -- Cookies


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/").headers["Set-Cookie"]
    assert cookie.startswith("ecgfuse_8000=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="):
        assert part in cookie
    assert "Secure" not in cookie
    assert BROWSER_SESSION.days == 365


def test_with_https_cookies_are_sent_over_https_alone(tmp_path: Path) -> None:
    with running_app(make_settings(tmp_path, https=True, proxies=1)) as app:
        response = app.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    assert response.headers["Set-Cookie"].startswith("__Host-ecgfuse_8000=")
    assert "Secure" in response.headers["Set-Cookie"]
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_with_https_a_change_must_come_from_a_page_of_this_site(tmp_path: Path) -> None:
    site = "https://localhost:8443"
    with running_app(make_settings(tmp_path, https=True)) as app:
        client = app.test_client()
        page = client.get("/about", base_url=site).text
        (secret,) = re.findall(r'name="csrf-token" content="([^"]+)"', page)
        for referrer, status in (
            (f"{site}/", 201),
            (None, 400),
            ("https://evil.example/", 400),
            ("http://localhost:8443/", 400),
        ):
            headers = {"X-CSRFToken": secret} | ({"Referer": referrer} if referrer else {})
            answer = client.post("/api/v1/uploads", json=UPLOAD, headers=headers, base_url=site)
            assert answer.status_code == status


def test_the_cookie_is_sent_once_a_day(client: FlaskClient) -> None:
    assert "Set-Cookie" in client.get("/").headers
    assert "Set-Cookie" not in client.get("/").headers


# -- Login by token


def log_in(client: FlaskClient, token: str, *, then: str = "/") -> int:
    """Status of an attempt."""
    form = {"token": token, "next": then, "csrf_token": csrf(client, "/login")["X-CSRFToken"]}
    return client.post("/login", data=form).status_code


def test_without_a_login_pages_lead_there_and_the_api_refuses(token_app: Flask) -> None:
    client = token_app.test_client()
    page = client.get("/recordings/abc?lang=ko")
    assert page.status_code == 302
    assert page.headers["Location"] == "/login?next=/recordings/abc?lang%3Dko"
    for headers in ({}, bearer("x"), bearer(ANNA + "x"), {"Authorization": f"Basic {ANNA}"}):
        answer = client.get("/api/v1/recordings", headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert upload(client) == 401


def test_only_these_endpoints_need_no_login(token_app: Flask) -> None:
    client = token_app.test_client()
    for rule in token_app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or "GET" not in (rule.methods or ()):
            continue
        path = re.sub(r"<[^>]*>", "1", str(rule))
        assert client.get(path).status_code in (302, 401), rule


def test_a_token_opens_the_pages_until_the_logout(token_app: Flask) -> None:
    client = token_app.test_client()
    assert log_in(client, "x" * 30) != 302
    assert client.get("/").status_code == 302
    assert log_in(client, ANNA, then="/about") == 302
    assert client.get("/").status_code == 200
    assert "Clear-Site-Data" not in client.post("/logout").headers  # it was forged
    logout = client.post("/logout", headers=csrf(client))
    assert logout.status_code == 302
    assert logout.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").status_code == 302


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_logout(token_app: Flask) -> None:
    client, thief = token_app.test_client(), token_app.test_client()
    name = token_app.config["SESSION_COOKIE_NAME"]
    log_in(client, ANNA)
    cookie = client.get_cookie(name)
    assert cookie is not None
    thief.set_cookie(name, cookie.value)
    assert thief.get("/api/v1/recordings").status_code == 200
    client.post("/logout", headers=csrf(client))
    assert thief.get("/").status_code == 302
    thief.set_cookie(name, cookie.value)  # the answer took it away
    assert thief.get("/api/v1/recordings").status_code == 401
    assert log_in(client, ANNA) == 302
    assert client.get("/").status_code == 200


def test_ended_logins_are_forgotten_when_their_cookies_are_invalid(services: Services) -> None:
    database, long_ago = services.database, now() - timedelta(days=31)
    with database.session() as session:
        session.add(EndedLogin(id="old", ended=long_ago))
    for _ in range(2):
        end_login(database, "new", keep=timedelta(days=30))
    assert is_ended(database, "new")
    assert not is_ended(database, "old")


def test_a_login_has_a_secret_and_a_cookie_of_its_own(token_app: Flask) -> None:
    client = token_app.test_client()
    before = csrf(client, "/login")
    name = token_app.config["SESSION_COOKIE_NAME"]
    old = client.get_cookie(name)
    log_in(client, ANNA)
    new = client.get_cookie(name)
    assert old is not None
    assert new is not None
    assert old.value != new.value
    assert upload(client, before) == 400
    assert upload(client, csrf(client)) == 201


def test_a_replaced_token_ends_its_sessions(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, token_file=write_tokens(tmp_path))
    with running_app(settings) as app:
        client = app.test_client()
        log_in(client, ANNA)
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert client.get("/").status_code == 200
    assert cookie is not None
    path = tmp_path / "tokens.txt"
    path.write_text(path.read_text().replace(ANNA, "new-" + "c" * 24))
    with running_app(settings) as app:
        client = app.test_client()
        client.set_cookie(name, cookie.value)
        assert client.get("/").status_code == 302


def test_attempts_to_log_in_are_limited(token_app: Flask) -> None:
    client = token_app.test_client()
    answers = [log_in(client, f"{n:030}") for n in range(LOGINS_PER_MINUTE + 1)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]
    assert log_in(client, ANNA) == 429


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/recordings/x?a=b", "/recordings/x?a=b"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("recordings", "/"),
    ],
)
def test_a_login_leads_to_no_other_site(target: str | None, path: str) -> None:
    assert safe_next(target) == path


def test_the_application_does_not_start_without_its_token_file(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, token_file=tmp_path / "absent")
    with pytest.raises(ValueError, match=r"--token-file .* cannot be read"):
        create_app(settings)


# -- Users of a proxy


def test_a_user_of_the_proxy_sees_her_own_recordings(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, proxy_user_header="X-Remote-User")
    with running_app(settings) as app:
        client, services = app.test_client(), services_of(app)
        anna, ben = {"X-Remote-User": "anna"}, {"X-Remote-User": "ben"}
        assert client.get("/", headers=anna).status_code == 200
        recording_id = add_recording(services, owner_id=only_owner(services))
        path = f"/api/v1/recordings/{recording_id}"
        assert client.get(path, headers=anna).status_code == 200
        assert client.get(path, headers=ben).status_code == 404
        for user in ("", " ", "anna,ben", "anna, "):  # of several headers, the server makes one
            assert client.get("/", headers={"X-Remote-User": user}).status_code == 401


def test_a_page_of_another_site_cannot_act_as_the_proxy(tmp_path: Path) -> None:
    """Its name was pointed to this machine, so a browser here lets it set the header."""
    settings = make_settings(
        tmp_path, proxy_user_header="X-Remote-User", server_names=("ecg.example.org",)
    )
    with running_app(settings) as app:
        for host, status in (("ecg.example.org", 200), ("evil.example", 400)):
            headers = {"X-Remote-User": "anna", "Host": host}
            answer = app.test_client().get("/api/v1/recordings", headers=headers)
            assert answer.status_code == status


def test_only_the_proxy_can_name_a_user(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path, proxy_user_header="X-Remote-User", proxy_addresses=("10.1.0.0/16",), proxies=1
    )
    with running_app(settings) as app:
        client = app.test_client()
        headers = {"X-Remote-User": "anna", "X-Forwarded-For": "10.1.2.3"}
        for peer, status in (("10.1.2.3", 200), ("10.2.2.3", 403), ("127.0.0.1", 403), ("", 403)):
            answer = client.get("/", headers=headers, environ_base={"REMOTE_ADDR": peer})
            assert answer.status_code == status


# -- Names, limits and sizes


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1:8000", "a b"])
def test_without_a_login_other_host_names_are_refused(client: FlaskClient, host: str) -> None:
    """A page of another site cannot read recordings by pointing its name to this machine."""
    for path in ("/", "/api/v1/recordings"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
)
def test_the_names_of_this_machine_are_accepted(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_too_many_requests_are_refused_for_a_while(tmp_path: Path) -> None:
    with running_app(make_settings(tmp_path, rate_limit=3)) as app:
        # Each with a new session: it is the address that counts.
        answers = [app.test_client().get("/about").status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]
        refused = app.test_client().get("/api/v1/recordings")
        assert refused.status_code == 429
        assert refused.content_type == "application/problem+json"
        assert app.test_client().get("/health/live").status_code == 200


def test_a_proxy_does_not_make_all_people_one(tmp_path: Path) -> None:
    with running_app(make_settings(tmp_path, rate_limit=1, proxies=1)) as app:
        for address in ("10.0.0.1", "10.0.0.2"):
            headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
            assert app.test_client().get("/about", headers=headers).status_code == 200
        headers = {"X-Forwarded-For": "7.7.7.7, 10.0.0.1"}  # what the client adds does not count
        assert app.test_client().get("/about", headers=headers).status_code == 429


def test_a_request_that_is_too_large_is_refused(token_client: FlaskClient) -> None:
    made = token_client.post("/api/v1/uploads", json={"name": "a.csv", "size": 2 * CHUNK_BYTES})
    path = f"/api/v1/uploads/{made.json['id']}"
    for size, status in ((CHUNK_BYTES, 200), (CHUNK_BYTES + 2**20, 413)):
        offset = token_client.get(path).json["offset"]
        answer = token_client.patch(
            path,
            data=bytes(size),
            headers={"Upload-Offset": str(offset)},
            content_type="application/offset+octet-stream",
        )
        assert answer.status_code == status


def test_nothing_is_unpickled() -> None:
    package = Path(__file__).parents[3] / "src/ecgfuse/serve"
    for path in package.rglob("*.py"):
        assert not re.search(
            r"\bpickle\b(?!\))|allow_pickle=True|\beval\(|\bexec\(|shell=True",
            re.sub(r'""".*?"""|#.*', "", path.read_text(), flags=re.DOTALL),
        ), path
