"""The rules of the house, checked on its own text (docs/architecture.md)."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "cellarhand"
FILES = sorted(SOURCE.rglob("*.py"))

# The floors, from the ground up. A module imports from its own floor and from those below.
FLOORS = (
    ("clock", "ids", "money", "config"),
    ("store",),
    ("record",),
    (
        *("accounts", "catalog", "clubs", "customers", "discounts", "events", "gift_cards", "loyalty"),
        *("mail", "orders", "settings", "tags"),
    ),
    ("resources",),
    ("verify",),
    ("transfer",),
    ("http", "admin", "cli", "demo", "testing"),
)
# What the client may use of the house: programs that call a server load nothing of one.
APART = ("cellarhand.client", "cellarhand.clock", "cellarhand.__version__")
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def floor_of(module: str) -> int | None:
    parts = module.split(".")
    return FLOOR.get(parts[1]) if parts[0] == "cellarhand" and len(parts) > 1 else None


def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_arrows_go_down_only(path: Path) -> None:
    own = floor_of(".".join(("cellarhand", *path.relative_to(SOURCE).with_suffix("").parts)))
    if own is None:
        return
    for module in imports(path):
        other = floor_of(module)
        assert other is None or other <= own, f"{path.name} imports {module} from a floor above"


def test_the_client_stands_apart() -> None:
    for path in FILES:
        if path.parent.name == "client" and path.name != "generate.py":
            own = [module for module in imports(path) if module.startswith("cellarhand")]
            assert [module for module in own if not module.startswith(APART)] == []


def test_what_is_pulled_is_known_by_the_client_alone() -> None:
    """A new resource, or a member that nobody here knows, comes along all the same."""
    for name in ("archive", "pull", "targets"):
        own = [m for m in imports(SOURCE / "transfer" / f"{name}.py") if m.startswith("cellarhand")]
        assert [module for module in own if not module.startswith((*APART, "cellarhand.transfer"))] == []


def test_only_the_edge_knows_http() -> None:
    for path in FILES:
        room = path.relative_to(SOURCE).parts[0]
        if room not in ("http", "admin", "cli", "testing"):
            foreign = [m for m in imports(path) if m.split(".")[0] in ("starlette", "uvicorn", "httptools")]
            assert not foreign, f"{path} knows HTTP: {foreign}"


def test_only_the_store_knows_sql_and_drivers() -> None:
    statement = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] == "store":
            continue
        foreign = [m for m in imports(path) if m.split(".")[0] in ("sqlite3", "asyncpg", "sqlalchemy")]
        assert not foreign, f"{path} knows a driver: {foreign}"
        assert not statement.search(path.read_text("utf-8")), f"{path} knows SQL"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_time_and_ids_come_from_one_place(path: Path) -> None:
    if path.name in ("clock.py", "ids.py", "observe.py", "edge.py"):
        # The edge measures how long it took; that is no instant.
        return
    text = path.read_text("utf-8")
    assert not re.search(r"\btime\.time\(|datetime\.now|utcnow|\buuid4\(|uuid\.uuid", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_stay_small_and_folders_have_telling_names(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 420
    assert not {"utils", "helpers", "common", "misc"} & {path.stem, *path.parent.parts}


def test_every_public_module_says_what_it_is_for() -> None:
    silent = [str(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert [path for path in silent if not path.endswith("__main__.py")] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_chance_is_nobody_elses(path: Path) -> None:
    """Programs may have seeded `random`: what they draw is theirs, and what they drew is known."""
    drawn = re.findall(r"\brandom\.(?!SystemRandom\b|Random\b)\w+\(", path.read_text("utf-8"))
    assert drawn == []
