"""The help teaches, and is there at once."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from cellarhand import __version__
from cellarhand.cli.program import program
from tests.cli.programs import environment


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += _commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("path", _commands(program), ids=" ".join)
def test_every_command_explains_itself_with_an_example(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(program, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.output
    assert f"cellarhand {' '.join(path)}" in shown.output


def test_the_version() -> None:
    assert (
        CliRunner().invoke(program, ["--version"], prog_name="cellarhand").output
        == f"cellarhand {__version__}\n"
    )


def test_help_loads_nothing_that_is_slow() -> None:
    code = "import sys, cellarhand.cli.program; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    loaded = set(shown.stdout.split())
    assert not loaded & {
        "sqlalchemy",
        "alembic",
        "uvicorn",
        "starlette",
        "rich",
        "asyncio",
        "msgspec",
        "argon2",
        "jwt",
    }


def test_what_needs_the_client_says_how_to_have_it() -> None:
    without = "import sys; sys.modules['httpx'] = None; from cellarhand.cli import main; main()"
    words = ("pull", "a.archive", "--url", "http://127.0.0.1:9/v1", "--tenant", "a", "--user", "a@b.example")
    ended = subprocess.run(
        [sys.executable, "-c", without, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment({"CELLARHAND_SOURCE_SECRET": "secret"}),
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Error: the client needs httpx: pip install 'cellarhand[client]'\n"
