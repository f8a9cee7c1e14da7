"""`ecgfuse serve` starts, is watched over and ends as a whole."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from root import ROOT
from servers import find_program, free_port, postgresql, redis_server
from serving import ANNA, make_settings, write_tokens

from ecgfuse.serve.processes.children import MISCONFIGURED, Child, end_all
from ecgfuse.serve.processes.run import listen, prepare_data, prepare_database
from ecgfuse.serve.settings import Settings

WAIT_S = 60.0
Start = Callable[..., "Running"]


class Running:
    """A running `ecgfuse serve`."""

    def __init__(self, folder: Path, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log = folder / f"{self.port}.log"
        command = [sys.executable, "-m", "ecgfuse", "serve", "--data", str(folder / "data")]
        command += ["--port", str(self.port), "--workers", "1", "--job-workers", "1", *options]
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                stdout=file,
                stderr=file,
                env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            )

    def get(
        self, path: str, headers: dict[str, str] | None = None, *, method: str = "GET"
    ) -> tuple[int, str]:
        """Status and text of an answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + WAIT_S
        while not condition():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def wait_for_page(self) -> str:
        """The start page, as soon as it is there."""
        self.wait_until(self.listens)
        status, text = self.get("/health/ready")
        assert status == 200, text
        return text

    def listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def children(self, module: str) -> list[psutil.Process]:
        """Processes started by it directly, of one kind."""
        return [
            child
            for child in psutil.Process(self.process.pid).children()
            if child.status() != psutil.STATUS_ZOMBIE
            and f"ecgfuse.serve.processes.{module}" in child.cmdline()
        ]

    def wait_for_jobs(self) -> None:
        """Wait for the job process, which starts later than the web server."""
        self.wait_until(lambda: self.children("job_process") != [])

    def everything(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(WAIT_S)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts it with options; it is ended after the test."""
    started: list[Running] = []

    def start_one(*options: str) -> Running:
        started.append(Running(tmp_path, *options))
        return started[-1]

    yield start_one
    for one in started:
        one.end()


# -- Without processes


def test_the_start_page_needs_no_slow_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ecgfuse.serve.settings import Settings; "
        "from ecgfuse.serve.processes.web_process import create_app; "
        "create_app(Settings(data=Path(sys.argv[1]))); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    slow = {"matplotlib", "onnxruntime", "pandas", "scipy", "sklearn", "torch", "wfdb"}
    assert not slow & {*done.stdout.split()}


@pytest.mark.slow
def test_nothing_of_the_application_imports_torch() -> None:
    code = (
        "import sys, pkgutil, importlib, ecgfuse.serve as serve\n"
        "for one in pkgutil.walk_packages(serve.__path__, 'ecgfuse.serve.'):\n"
        "    importlib.import_module(one.name)\n"
        "print('ecgfuse.serve.processes.job_process' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout == "True False\n"


def test_a_port_in_use_is_refused_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = make_settings(tmp_path, port=other.getsockname()[1])
        with pytest.raises(ValueError, match=r"another program uses it; choose another --port"):
            listen(settings)


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path, host="192.0.2.1", port=free_port(), token_file=write_tokens(tmp_path)
    )
    with pytest.raises(ValueError, match=r"cannot listen on 192\.0\.2\.1, port .*; choose another"):
        listen(settings)


def test_requests_are_accepted_before_the_server_has_started(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, port=free_port())
    with listen(settings), socket.create_connection(("127.0.0.1", settings.port), timeout=5):
        pass


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"token_file": Path("/absent/tokens")}, "--token-file /absent/tokens: cannot be read"),
        ({"model": "bset"}, "--model bset: no such model; choose one of: best"),
        ({"examples": Path("/absent")}, "--examples /absent: no such folder"),
        ({"data": Path("/proc/1/ecg")}, "--data /proc/1/ecg: cannot be created"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_starts(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        prepare_data(Settings(**{"data": tmp_path / "data", **changes}))


def test_a_database_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database=f"postgresql://ecg@127.0.0.1:{free_port()}/ecg")
    with pytest.raises(ValueError, match=r"--database: not available .*; check that it runs"):
        prepare_database(settings)


# -- Children


def child(tmp_path: Path, code: str) -> Child:
    """A child with this code, which has the pipe to its parent in `pipe`."""
    (tmp_path / "some_child.py").write_text(
        "import sys, os, time, signal\npipe = int(sys.argv[1])\n" + code
    )
    return Child(
        module="some_child",
        settings=make_settings(tmp_path),
        environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'src'}"},
    )


def watch_until(one: Child, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        one.watch()
        time.sleep(0.02)


def test_a_child_waits_until_the_database_is_ready(tmp_path: Path) -> None:
    one = child(
        tmp_path,
        "from ecgfuse.serve.processes.children import wait_for_parent\nwait_for_parent(pipe)\n"
        f"open({str(tmp_path / 'went')!r}, 'w')\ntime.sleep(60)",
    )
    one.start()
    time.sleep(0.2)
    assert not (tmp_path / "went").exists()
    one.let_go()
    watch_until(one, (tmp_path / "went").exists)
    end_all([one])
    assert one.process is None


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    one = child(
        tmp_path,
        "from ecgfuse.serve.processes.children import wait_for_parent\n"
        "wait_for_parent(pipe)\ntime.sleep(60)",
    )
    one.start()
    one.let_go()
    process = one.process
    assert process is not None
    os.close(one._pipe)  # as when the parent is killed
    one._pipe = -1
    assert process.wait(WAIT_S) == -signal.SIGTERM


def test_a_child_that_was_killed_is_started_again(tmp_path: Path) -> None:
    one = child(tmp_path, "os.read(pipe, 1)\ntime.sleep(60)")
    one.start()
    one.let_go()
    first = one.process
    assert first is not None
    first.kill()
    watch_until(one, lambda: one.process is not None and one.process.pid != first.pid)
    end_all([one])


def test_a_child_that_cannot_start_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.serve.processes.children._MOST_FAILURES", 2)
    one = child(tmp_path, "sys.exit(3)")
    one.start()
    with pytest.raises(ValueError, match=r"some_child cannot start \(exit code 3\)"):
        watch_until(one, lambda: False)


def test_a_child_that_is_killed_again_and_again_is_not_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.serve.processes.children._MOST_FAILURES", 1)
    one = child(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    one.start()
    codes: list[int] = []
    until = time.monotonic() + WAIT_S
    while len(codes) < 3:
        assert time.monotonic() < until
        codes += [code for code in [one.watch()] if code is not None]
    assert codes == [-signal.SIGKILL] * 3


def test_a_child_that_is_misconfigured_is_not_started_again(tmp_path: Path) -> None:
    one = child(tmp_path, f"sys.exit({MISCONFIGURED})")
    one.start()
    with pytest.raises(ValueError, match=r"some_child cannot start \(exit code 78\)"):
        watch_until(one, lambda: False)


def test_a_child_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.serve.processes.children.STOP_S", 0.2)
    one = child(
        tmp_path,
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(tmp_path / 'went')!r}, 'w')\ntime.sleep(60)",
    )
    one.start()
    watch_until(one, (tmp_path / "went").exists)
    process = one.process
    assert process is not None
    end_all([one])
    assert process.returncode == -signal.SIGKILL


# -- The whole


@pytest.mark.slow
def test_it_serves_pages_and_ends_cleanly(start: Start) -> None:
    running = start()
    assert json.loads(running.wait_for_page())["status"] == "ok"
    status, text = running.get("/")
    assert status == 200
    assert "ecgfuse" in text
    assert running.get("/metrics")[0] == 200
    assert f"http://127.0.0.1:{running.port}/" in running.log.read_text()
    running.wait_for_jobs()
    processes = running.everything()
    assert len(processes) >= 3
    # A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C.
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert running.end(signal.SIGTERM if ignored else signal.SIGINT) == 0
    assert not [one for one in processes if one.is_running()]
    assert "Traceback" not in running.log.read_text()


@pytest.mark.slow
def test_killed_processes_are_started_again(start: Start) -> None:
    running = start()
    running.wait_for_page()
    running.wait_for_jobs()
    for module in ("job_process", "web_process"):
        (before,) = running.children(module)
        before.kill()
        running.wait_until(
            lambda module=module, before=before: (  # type: ignore[misc]
                [one.pid for one in running.children(module)] not in ([], [before.pid])
            )
        )
    running.wait_for_page()


@pytest.mark.slow
def test_nothing_goes_on_when_it_is_killed(start: Start) -> None:
    running = start()
    running.wait_for_page()
    running.wait_for_jobs()
    processes = running.everything()
    running.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=WAIT_S)
    assert not alive


@pytest.mark.slow
def test_a_header_with_underscores_names_no_user(start: Start) -> None:
    running = start("--proxy-user-header", "X-Remote-User")
    running.wait_for_page()
    assert running.get("/", {"X-Remote-User": "anna"})[0] == 200
    assert running.get("/", {"X_Remote_User": "anna"})[0] == 401


@pytest.mark.slow
def test_several_machines_share_postgresql_redis_and_files(tmp_path: Path, start: Start) -> None:
    with postgresql(tmp_path) as database, redis_server(tmp_path) as queue:
        shared = ["--database", database, "--queue", queue]
        tokens = ["--token-file", str(write_tokens(tmp_path))]
        web = start("--only", "web", *shared, *tokens)
        assert json.loads(web.wait_for_page())["queue"] == "ok"
        start("--only", "jobs", *shared)
        headers = {"Authorization": f"Bearer {ANNA}"}
        example = json.loads(web.get("/api/v1/examples", headers)[1])[0]["name"]
        made = json.loads(web.get(f"/api/v1/examples/{example}", headers, method="POST")[1])
        analysis_id = made["recordings"][0]["analyses"][0]["id"]
        path = f"/api/v1/analyses/{analysis_id}"
        web.wait_until(lambda: json.loads(web.get(path, headers)[1])["status"] == "done")


@pytest.mark.slow
def test_a_public_address_without_a_login_is_refused(tmp_path: Path) -> None:
    running = Running(tmp_path, "--host", "0.0.0.0")
    assert running.process.wait(WAIT_S) == 1
    assert "without a password; add --token-file FILE" in running.log.read_text()
    assert not (tmp_path / "data").exists()


# -- The files for an installation


@pytest.mark.slow
def test_nginx_serves_static_files_itself_and_passes_the_rest_on(
    tmp_path: Path, start: Start
) -> None:
    nginx = find_program("nginx")
    tokens = write_tokens(tmp_path)
    running = start("--token-file", str(tokens), "--proxies", "1")
    running.wait_for_page()
    port = free_port()
    deploy = ROOT / "src/ecgfuse/serve/deploy"
    site = (deploy / "nginx.conf").read_text()
    for old, new in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:443 ssl;", ""),
        ("127.0.0.1:8000", f"127.0.0.1:{running.port}"),
        ("/opt/ecgfuse/lib/python3.11/site-packages", str(ROOT / "src")),
    ):
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"^ *(ssl_\w+ .*|http2 .*)$", "", site, flags=re.MULTILINE)
    site = re.sub(r"^# HTTP.*?^}$", "", site, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\npid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\ntypes {{ text/css css; text/javascript js; }}\n"
        f"client_body_temp_path {tmp_path}/body;\nproxy_temp_path {tmp_path}/proxy;\n"
        f"fastcgi_temp_path {tmp_path}/f;\nuwsgi_temp_path {tmp_path}/u;\n"
        f"scgi_temp_path {tmp_path}/s;\n{site}\n}}\n"
    )
    process = subprocess.Popen(
        [nginx, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", "stderr"]
    )
    try:
        through = Running.__new__(Running)
        through.port, through.process, through.log = port, process, running.log
        through.wait_until(through.listens)
        status, page = through.get("/login")
        assert status == 200
        (style,) = re.findall(r'href="(/static/[0-9a-f]{12}/css/app\.css)"', page)
        assert through.get(style)[0] == 200
        assert through.get("/metrics")[0] in (403, 404)
        assert through.get("/health/ready")[0] == 200
        assert through.get("/api/v1/recordings")[0] == 401
        headers = {"Authorization": f"Bearer {ANNA}"}
        assert through.get("/api/v1/recordings", headers) == (200, "[]\n")
        assert through.get("/static/0123456789ab/../../settings.py")[0] in (400, 404)
    finally:
        process.terminate()
        process.wait(WAIT_S)
