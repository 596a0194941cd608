"""The commands over one database, in the process of the tests."""

import json
from typing import Any

from click.testing import CliRunner, Result

from cellarhand.cli.program import program


class Shell:
    """Runs commands with `--database` added."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(program, [*arguments, "--database", self.url], input=stdin)

    def ok(self, *arguments: str, stdin: str = "") -> str:
        """What a command prints that succeeds."""
        ended = self.run(*arguments, stdin=stdin)
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def json(self, *arguments: str, stdin: str = "") -> Any:
        return json.loads(self.ok(*arguments, "--json", stdin=stdin))

    def refused(self, *arguments: str, stdin: str = "") -> str:
        """The one line that says why a command did nothing."""
        ended = self.run(*arguments, stdin=stdin)
        assert ended.exit_code == 1, ended.output
        assert ended.stderr.count("\n") == 1
        assert not ended.stdout
        return ended.stderr.removeprefix("Error: ").rstrip("\n")
