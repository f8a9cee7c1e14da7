"""ecgfuse completion: a shell script that completes commands, options and file names."""

import argparse

from ecgfuse.cli.arguments import Subparsers

SHELLS = ("bash", "zsh", "tcsh")
_EPILOG = """\
examples:
  ecgfuse completion bash > ~/.local/share/bash-completion/completions/ecgfuse
  ecgfuse completion zsh > ~/.zfunc/_ecgfuse       with ~/.zfunc in $fpath before compinit
  eval "$(ecgfuse completion bash)"                for this shell only
"""


def add_completion(subparsers: Subparsers, *, parser: argparse.ArgumentParser) -> None:
    """Add the subcommand; completes the commands of `parser`."""
    completion = subparsers.add_parser(
        "completion",
        help="print a completion script for your shell",
        description="Print a script that lets your shell complete ecgfuse and its options.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    completion.add_argument("shell", choices=SHELLS)

    def run(arguments: argparse.Namespace) -> int:
        import shtab

        print(shtab.complete(parser, shell=arguments.shell))
        return 0

    completion.set_defaults(run=run)
