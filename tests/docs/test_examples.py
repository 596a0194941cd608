"""The examples of the guides are run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cellarhand.client import Client
from cellarhand.testing.server import TestTenant
from tests.cli.programs import environment
from tests.transfer.pulling import people, pulled

ROOT = Path(__file__).parents[2]
DOCS, EXAMPLES = ROOT / "docs", ROOT / "examples"
# Plugins of this project that load what is looked for, or take their time.
_OTHERS = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio")
_WITHOUT = [part for name in _OTHERS for part in ("-p", f"no:{name}")]
_BLOCK = re.compile(r"```python(?: title=(\S+))?\n(.*?)```", re.S)


def blocks(name: str) -> list[tuple[str, str]]:
    """The Python examples of a guide, each with the file that it is said to be."""
    return _BLOCK.findall((DOCS / name).read_text("utf-8"))


def at(tenant: TestTenant, text: str) -> str:
    """An example that calls the demo, turned to a tenant of the test."""
    for shown, real in (
        ("http://127.0.0.1:8000/v1", tenant.base_url),
        ("spectrawinery", tenant.slug),
        ('"demo-app", "demo-app-secret"', ", ".join(f'"{each}"' for each in tenant.app)),
    ):
        assert shown in text
        text = text.replace(shown, real)
    return text


@pytest.mark.parametrize("text", [text for _, text in blocks("client.md")])
def test_the_examples_of_the_client(cellarhand_tenant: TestTenant, text: str) -> None:
    exec(compile(at(cellarhand_tenant, text), "client.md", "exec"), {})


def test_the_example_of_an_integration_s_tests(tmp_path: Path) -> None:
    for name, text in blocks("testing-your-integration.md"):
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", *_WITHOUT, str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_the_example_of_the_archive(
    cellarhand_tenant: TestTenant,
    cellarhand_client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people(cellarhand_client, 2)
    pulled(cellarhand_tenant, tmp_path / "my-winery.archive")
    monkeypatch.chdir(tmp_path)
    ((_, text),) = blocks("archive.md")
    exec(compile(text, "archive.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_project_that_uses_no_fixture_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import sys\n\ndef test_own():\n"
        "    found = {name for name in sys.modules if name.startswith('cellarhand')}\n"
        "    assert found == {'cellarhand', 'cellarhand.testing', 'cellarhand.testing.plugin'}\n"
        "    assert not {'httpx', 'uvicorn', 'sqlalchemy', 'msgspec'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *_WITHOUT, str(tmp_path)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", sorted(each.parent.name for each in EXAMPLES.glob("*/test_*.py")))
def test_the_integrations_among_the_examples_pass_their_own_tests(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", *_WITHOUT, "--rootdir", str(EXAMPLES / name), "."]
    done = subprocess.run(
        command,
        cwd=EXAMPLES / name,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
