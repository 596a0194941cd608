"""Search text (reference A11)."""

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.record.search import by_words, fold, phone_terms, terms


def test_case_accents_and_blanks_do_not_count() -> None:
    assert fold("  José   ÁLVAREZ ") == "jose alvarez"
    assert fold("STRASSE") == fold("straße")


def test_an_entry_is_found_whole_and_by_its_further_words() -> None:
    assert terms(["Mary Ann", None, "", "o'Neil"]) == {"mary ann", "ann", "o'neil"}


def test_a_phone_is_found_with_and_without_its_country() -> None:
    assert phone_terms("+17075550100") == ("17075550100", "7075550100")


def test_at_most_four_words_count_and_single_letters_only_as_the_first() -> None:
    assert len(by_words("customer", "j ann x bell cid dora eve")) == 4
    assert len(by_words("customer", "j a b")) == 1
    assert by_words("customer", "   ") == ()


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(min_size=1, max_size=60))
def test_the_first_letters_of_an_entry_are_the_first_letters_of_a_term(entry: str) -> None:
    folded = fold(entry)
    if folded:
        assert any(term.startswith(folded[:3]) for term in terms([entry]))
