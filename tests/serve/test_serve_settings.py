"""Settings come from options, the environment and defaults, and refuse an open server."""

import re
from pathlib import Path
from typing import Any

import pytest
from root import ROOT

from ecgfuse.serve.access.addresses import is_loopback
from ecgfuse.serve.options import option_name, variable_name
from ecgfuse.serve.settings import Settings, load_settings

HERE = Path("/srv/ecg")


def test_an_option_goes_before_a_variable_and_a_variable_before_the_default() -> None:
    environment = {"ECGFUSE_SERVE_PORT": "81", "ECGFUSE_SERVE_THREADS": "3"}
    settings = load_settings({"port": "82", "threads": None}, environment)
    assert (settings.port, settings.threads, settings.host) == (82, 3, "127.0.0.1")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"token_file": HERE / "tokens", "host": "0.0.0.0", "https": True},
        {"proxy_user_header": "X-Remote-User", "proxy_addresses": ("10.0.0.0/24", "::1")},
        {"server_names": ("localhost",), "examples": HERE, "quota_gb": 0.5, "lifetime_days": 0},
        {"database": "postgresql://ecg@db/ecg", "queue": "redis://queue:6379/0", "job_workers": 0},
    ],
)
def test_a_child_process_gets_the_same_settings(changes: dict[str, Any]) -> None:
    settings = Settings(data=HERE, **changes)
    assert load_settings(environment=settings.to_environment()) == settings


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "192.168.1.7"},
        {"host": "ecg.example.org"},
        {"host": "127.0.0.1.example.org"},
        {"server_names": ("ecg.example.org",)},
    ],
)
def test_other_machines_need_a_token_or_the_authentication_of_a_proxy(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"without a password; add --token-file FILE or --proxy"):
        Settings(data=HERE, **changes)
    assert Settings(data=HERE, token_file=HERE / "tokens", **changes).needs_login
    assert Settings(data=HERE, proxy_user_header="X-Remote-User", **changes).needs_login


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert not Settings(data=HERE, host=host).needs_login


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1.nip.io", "localhost.example.org"])
def test_other_names_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


def test_without_tokens_only_the_names_of_this_machine_are_trusted() -> None:
    here = ["localhost", "127.0.0.1", "[::1]"]
    assert Settings(data=HERE).trusted_hosts == here
    by_proxy = Settings(data=HERE, proxy_user_header="X-Remote-User", token_file=HERE / "tokens")
    assert by_proxy.trusted_hosts == here  # else a page of another site could name a user
    open_to_all = Settings(data=HERE, token_file=HERE / "tokens")
    assert open_to_all.trusted_hosts is None
    named = Settings(data=HERE, token_file=HERE / "tokens", server_names=("ecg.example.org",))
    assert named.trusted_hosts == ["localhost", "127.0.0.1", "[::1]", "ecg.example.org"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("port", "http", "'http' is not a whole number; correct or omit it"),
        ("port", "70000", "--port 70000 is outside of 1 to 65535"),
        ("quota_gb", "much", "'much' is not a number"),
        ("quota_gb", "nan", "--quota-gb nan is outside"),
        ("lifetime_days", "-1", "--lifetime-days -1 is outside"),
        ("https", "perhaps", "'perhaps' is not 1 or 0"),
        ("queue", "amqp://x", "--queue amqp://x is unknown; use sqlite, or redis"),
        ("log_level", "loud", "--log-level loud is unknown; use one of debug"),
        ("proxy_addresses", "proxy.local", "--proxy-addresses proxy.local is no IP address"),
    ],
)
def test_a_wrong_value_is_refused_with_its_cure(name: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_settings({name: text}, {})
    with pytest.raises(ValueError, match=message):
        load_settings({}, {variable_name(name): text})


def test_the_database_lies_in_the_data_folder_unless_a_url_is_given() -> None:
    assert Settings(data=HERE).database_url == "sqlite:////srv/ecg/ecgfuse.sqlite"
    assert Settings(data=HERE, database="postgresql://db/x").database_url == "postgresql://db/x"


def test_the_guide_names_every_option() -> None:
    guide = (ROOT / "docs/web.md").read_text()
    table = guide.split("## Settings")[1].split("## Other machines")[0]
    named = re.findall(r"`(--[a-z-]+)`", table)
    assert named == [option_name(one.name) for one in Settings.options()]
