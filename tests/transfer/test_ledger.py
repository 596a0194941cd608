"""What a push writes down, and what the next one knows from it."""

from pathlib import Path

from cellarhand.transfer.ledger import Entry, Ledger, State, digest_of

FIRST, SECOND = digest_of(b"first"), digest_of(b"second")


def written(path: Path, *told: tuple[str, str, State, str]) -> None:
    ledger = Ledger(path)
    ledger.add([Entry(*each) for each in told])
    ledger.close()


def known(path: Path) -> Ledger:
    ledger = Ledger(path)
    ledger.close()
    return ledger


def test_a_later_run_knows_what_is_there_and_as_what(tmp_path: Path) -> None:
    path = tmp_path / "tag.customer"
    written(path, ("a", FIRST, "created", "a"), ("b", FIRST, "matched", "their-b"))
    ledger = known(path)
    assert ledger.is_done("a", FIRST)
    assert not ledger.is_done("a", SECOND), "it has changed since"
    assert not ledger.is_done("c", FIRST)
    assert ledger.elsewhere == {"b": "their-b"}
    assert ledger.targets() == {"a", "their-b"}


def test_the_last_that_was_told_of_a_record_counts(tmp_path: Path) -> None:
    path = tmp_path / "tag.customer"
    written(path, ("a", FIRST, "refused", "a"), ("b", FIRST, "created", "their-b"))
    written(path, ("a", SECOND, "updated", "a"), ("b", SECOND, "refused", "b"))
    ledger = known(path)
    assert ledger.is_done("a", SECOND)
    assert not ledger.is_done("b", SECOND)
    assert ledger.elsewhere == {}
    assert ledger.targets() == {"a"}


def test_ids_that_a_target_chose_are_known_at_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "tag.customer")
    ledger.add([Entry("a", FIRST, "created", "theirs"), Entry("b", FIRST, "refused", "other")])
    ledger.close()
    assert ledger.elsewhere == {"a": "theirs"}


def test_half_a_line_at_the_end_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "order"
    written(path, ("a", FIRST, "created", "a"))
    with path.open("ab") as file:
        file.write(b"b 0123")
    assert known(path).targets() == {"a"}
    written(path, ("c", FIRST, "created", "c"))
    assert known(path).targets() == {"a", "c"}
