"""Every command has a fast help with valid examples, and shells can complete it."""

import subprocess
import sys

import pytest
from commands import ecgfuse

from ecgfuse.cli.main import build_parser

SUBCOMMANDS = ("annotate", "score", "serve", "completion")


def test_help_loads_no_slow_library() -> None:
    slow = {
        "numpy", "pandas", "torch", "wfdb", "onnxruntime", "shtab", "scipy", "flask", "sqlalchemy",
    }  # fmt: skip
    code = (
        "import sys; from ecgfuse.cli.main import build_parser; build_parser().format_help(); "
        f"print({slow} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_help_names_every_subcommand() -> None:
    text = build_parser().format_help()
    for name in SUBCOMMANDS:
        assert f"    {name}" in text


@pytest.mark.parametrize("name", ["", *SUBCOMMANDS])
def test_help_shows_examples_that_are_valid_calls(name: str) -> None:
    done = ecgfuse(*filter(None, [name]), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.split("examples:")[1].split("exit codes:")[0].splitlines()
    calls = [
        line.split("  ")[1].split(" > ")[0].split()[1:] for line in lines if "  ecgfuse" in line
    ]
    assert len(calls) >= 2
    for call in calls:
        if call != ["annotate", "--help"]:
            assert build_parser().parse_args(call).run


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_covers_subcommands_and_options(shell: str) -> None:
    done = ecgfuse("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    for word in (*SUBCOMMANDS, "out", "beats", "model"):
        assert word in done.stdout


def test_bash_completes_a_subcommand() -> None:
    script = ecgfuse("completion", "bash").stdout + (
        "\nCOMP_WORDS=(ecgfuse ann); COMP_CWORD=1; _shtab_ecgfuse ecgfuse ann ecgfuse"
        "\necho found: ${COMPREPLY[@]}"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "found: annotate"


def test_the_version_is_printed() -> None:
    done = ecgfuse("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("ecgfuse 0.")


@pytest.mark.parametrize(
    "arguments", [[], ["score"], ["score", "a", "b", "--start", "soon"], ["annotate"], ["classify"]]
)
def test_invalid_arguments_print_the_usage_with_exit_code_2(arguments: list[str]) -> None:
    done = ecgfuse(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ecgfuse")
