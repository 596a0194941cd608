"""What the client knows of the declarations is what they say."""

import subprocess
import sys

from cellarhand.client import generate
from tests.cli.programs import environment


def test_the_generated_files_are_fresh() -> None:
    for name, text in generate.texts().items():
        assert (generate.FOLDER / name).read_text("utf-8") == text, "run python -m cellarhand.client.generate"


def test_the_client_loads_nothing_of_the_server() -> None:
    code = "import sys, cellarhand.client; print(*(m for m in sys.modules if m.startswith('cellarhand.')))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    loaded = {name.split(".")[1] for name in shown.stdout.split()}
    assert loaded == {"client", "clock"}


def test_without_httpx_the_client_says_what_to_install() -> None:
    code = "import sys; sys.modules['httpx'] = None\nimport cellarhand.client"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    assert told.returncode == 1
    assert "pip install 'cellarhand[client]'" in told.stderr
