"""The wine lists: an id never changes, for clients hold it (docs/decisions/0006, CONTRIBUTING.md)."""

import uuid
from importlib.resources import files

import pytest

_NAMESPACE = uuid.UUID("72ef705d-a40f-46a7-97a8-1c73868ba81f")


@pytest.mark.parametrize(("name", "kind"), [("varietals", "varietal"), ("appellations", "appellation")])
def test_each_row_has_the_id_that_follows_from_what_it_names(name: str, kind: str) -> None:
    text = files("cellarhand.catalog").joinpath(f"{name}.tsv").read_text("utf-8")
    _, *rows = (line.split("\t") for line in text.splitlines())
    wrong = [row for row in rows if row[0] != str(uuid.uuid5(_NAMESPACE, "/".join((kind, *row[1:]))))]
    assert rows
    assert wrong == []
