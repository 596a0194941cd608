"""What is told to be plain at once is what looking at every member would have found."""

import copy
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand.customers.customer import CUSTOMER
from cellarhand.ids import new_id
from cellarhand.record import formats
from cellarhand.record.errors import Faults, HouseError
from cellarhand.record.plain import PATTERNS, RESPELLED, plain
from cellarhand.record.shapes import (
    AnyValue,
    Array,
    Boolean,
    Integer,
    Kind,
    Number,
    Object,
    OpenObject,
    Shape,
    String,
)
from cellarhand.record.text import body_of, encode
from cellarhand.record.validate import Turn, judged
from cellarhand.resources import RESOURCES

Record = dict[str, Any]
SOME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SHAPES = [each.write_shape for each in RESOURCES if each.write is not None]
FORMS = sorted(PATTERNS.keys() - RESPELLED, key=lambda form: form.__name__)
# As people write them: some are stored in another form, some refused.
PHONES = (
    "+14155550100",
    "+1 (415) 555-0100",
    "+1 415.555.0100",
    "+44 20 7946 0958",
    "415 555 0100",
    "(415) 555-0100",
    "call 415",
    "+1 415",
    "+1-415-555-0100-5555-99",
    "+1 (415) 555-0100 ",
    "- - -",
)
turns = st.sampled_from([(False, False), (True, False), (True, True)])
ODD = (
    *(
        "",
        " ",
        " a",
        "a\n",
        "<b>",
        "a < b",
        "\x00",
        "\x01mark",
        "\x7f",
        "e\u0301",
        "\u00a0",
        "\u212b",
        "\ud800",
    ),
    *("4111 1111 1111 1111", "ANN@EXAMPLE.COM", "A" * 300, "2023-02-29", "2023-02-29T10:00:00.000Z", "7"),
)
odd_texts = st.sampled_from(ODD)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | odd_texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(odd_texts | st.just("k"), inner, max_size=2),
    max_leaves=6,
)


def found(shape: Shape, body: object, turn: tuple[bool, bool]) -> Record | None:
    """What looking at every member finds; None when there is a fault."""
    faults = Faults(shape.members)
    try:
        clean = judged(shape, body, Turn(faults, turn[0], importing=turn[1]))
        faults.raise_any()
    except HouseError:
        return None
    return clean


def told(shape: Shape, body: object, turn: tuple[bool, bool]) -> Record | None:
    return plain(shape, data_role=turn[0], importing=turn[1]).of(body)


def read(shape: Shape, raw: bytes, turn: tuple[bool, bool]) -> Record | None:
    return plain(shape, data_role=turn[0], importing=turn[1]).read(raw)


def same(one: object, other: object) -> bool:
    """Equal to the letter: 1 is not 1.0, and members stand in one order."""
    return repr(one) == repr(other)


def texts(kind: String) -> st.SearchStrategy[str]:
    if kind.choices is not None:
        return st.sampled_from(kind.choices)
    check = kind.format.check if kind.format is not None else None
    usual: dict[Any, st.SearchStrategy[str]] = {
        formats.uuid: st.builds(new_id),
        formats.date_time: st.sampled_from(["2023-05-31T10:00:00.000Z", "2024-02-29T23:59:59.999Z"]),
        formats.date: st.just("2023-05-31"),
        formats.birth_date: st.just("1970-12-31"),
        formats.email: st.integers(0, 9).map("{}@vines.example".format),
        formats.phone: st.sampled_from(PHONES),
        formats.https_url: st.just("https://vines.example/a?b#c"),
        formats.web_url: st.just("https://vines.example"),
        formats.country: st.sampled_from(["US", "NZ"]),
        formats.masked_card_number: st.just("****1234"),
    }
    return (
        usual.get(check, st.sampled_from(["Château", "Thảo", "a-b", "O'Neil", "x"])) if check else st.text()
    )


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """What the kind takes, more or less."""
    match kind:
        case String():
            return texts(kind)
        case Boolean():
            return st.booleans()
        case Integer() | Number():
            least = 0 if kind.range.least is None else kind.range.least
            whole = st.integers(least, least + 9)
            return whole | st.sampled_from([float(least), least + 0.5]) if isinstance(kind, Number) else whole
        case Array():
            return st.lists(values(kind.item), min_size=kind.size.least, max_size=2)
        case Object():
            return bodies(kind.shape)
        case OpenObject():
            return st.dictionaries(st.just("k"), anything, max_size=1)
        case AnyValue():
            return anything


def bodies(shape: Shape) -> st.SearchStrategy[Record]:
    needed = {name: values(m.kind) for name, m in shape.members.items() if m.required}
    others = {
        name: values(m.kind) | st.none() if m.nullable else values(m.kind)
        for name, m in shape.members.items()
        if not m.required and name != "password"
    }
    return st.fixed_dictionaries(needed, optional=others)


def spoiled(body: Record, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Record:
    """The body with something strange in one place of it."""
    at: Any = body
    while True:
        places = list(at) if isinstance(at, dict) else list(range(len(at)))
        place = draw(st.sampled_from([*places, "strange"] if isinstance(at, dict) else places or [0]))
        inside = at[place] if place in places else None
        if isinstance(inside, dict | list) and inside and draw(st.booleans()):
            at = inside
        elif isinstance(at, dict) or places:
            at[place] = draw(anything | odd_texts)
            return body


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@SOME
@given(st.data(), turns)
def test_what_is_plain_is_without_fault_and_cleaned_alike(
    shape: Shape, data: st.DataObject, turn: tuple[bool, bool]
) -> None:
    body = data.draw(bodies(shape))
    if data.draw(st.booleans()):
        body = spoiled(body, data.draw)
    before = copy.deepcopy(body)
    clean = told(shape, body, turn)
    assert clean is None or same(clean, found(shape, body, turn))
    assert same(body, before)
    try:
        raw = encode(body)
    except UnicodeEncodeError:
        return
    clean = read(shape, raw, turn)
    assert clean is None or same(clean, found(shape, body_of(raw), turn))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@SOME
@given(st.data())
def test_a_form_leaves_as_it_is_what_its_pattern_takes(
    form: Callable[[str], str], data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(rf"\A(?:{PATTERNS[form]()})\Z") | st.text() | odd_texts)
    try:
        plainly = msgspec.convert(text, type_of(form))
    except msgspec.ValidationError:
        return
    assert form(plainly) == text


def type_of(form: Callable[[str], str]) -> Any:
    return Annotated[str, msgspec.Meta(pattern=rf"\A(?:{PATTERNS[form]()})\Z")]


@pytest.mark.parametrize("form", [formats.text, formats.trimmed, formats.person_name, formats.html])
def test_every_single_character_that_is_plain_is_taken(form: Callable[[str], str]) -> None:
    takes = msgspec.json.Decoder(type_of(form))
    taken = 0
    for code in range(0x10FFFF + 1):
        if 0xD800 <= code < 0xE000:
            continue
        try:
            takes.decode(encode(chr(code)))
        except msgspec.ValidationError:
            continue
        taken += 1
        assert form(chr(code)) == chr(code)
    assert taken > 200


USUAL: Mapping[str, Record] = {
    "customer": {
        "firstName": "Zoë",
        "emails": [{"email": "zoe@vines.example"}],
        "phones": [],
        "city": "Nîmes",
    },
    "order": {
        "orderSubmittedDate": "2023-05-31T10:00:00.000Z",
        "orderPaidDate": "2023-05-31T10:00:00.000Z",
        "channel": "Web",
        "orderDeliveryMethod": "Ship",
        **dict.fromkeys(("subTotal", "shipTotal", "taxTotal", "total"), 0),
        "items": [{"productTitle": "Rosé “Été”", "type": "Wine", "sku": "R", "price": 1, "quantity": 1}],
        "metaData": {"source": "old", "tries": [1, 2.5]},
    },
}


@pytest.mark.parametrize("name", USUAL)
def test_usual_bodies_are_plain(name: str) -> None:
    shape = next(each.write_shape for each in RESOURCES if each.name == name)
    body = USUAL[name]
    clean = told(shape, body, (False, False))
    assert clean is not None
    assert same(clean, found(shape, body, (False, False)))
    assert same(clean, read(shape, encode(body), (False, False)))


@pytest.mark.parametrize(
    "twice", ['{"title":"a","title":"<b>"}', '{"title":"<b>","title":"a"}', '{"title":"a","other":1}']
)
def test_a_member_sent_twice_is_the_last_one(twice: str) -> None:
    shape = next(each.write_shape for each in RESOURCES if each.name == "vendor")
    clean = read(shape, twice.encode(), (False, False))
    assert clean is None or same(clean, found(shape, body_of(twice.encode()), (False, False)))


def test_numbers_keep_their_kind() -> None:
    shape = next(each.write_shape for each in RESOURCES if each.name == "order")
    body = copy.deepcopy(USUAL["order"])
    for weight in (3, 3.0, 0.1, 1e5):
        body["items"][0]["weight"] = weight
        clean = read(shape, encode(body), (False, False))
        assert clean is not None
        assert same(clean["items"][0]["weight"], weight)
    body["items"][0]["weight"] = math.pi * 1e9
    assert read(shape, encode(body), (False, False)) is None


def test_parts_with_one_id_are_never_plain() -> None:
    shape = next(each.write_shape for each in RESOURCES if each.name == "order")
    body = copy.deepcopy(USUAL["order"])
    item = {**body["items"][0], "id": new_id()}
    assert told(shape, {**body, "items": [item]}, (True, False)) is not None
    assert told(shape, {**body, "items": [item, item]}, (True, False)) is None
    assert told(shape, {**body, "items": [item]}, (False, False)) is None


def test_phones_as_people_write_them_are_plain() -> None:
    shape = CUSTOMER.write_shape
    for phone in PHONES[:6]:
        body: Record = {"emails": [{"email": "a@b.example"}], "phones": [{"phone": phone}]}
        clean = told(shape, body, (False, False))
        assert clean is not None, phone
        assert clean["phones"] == [{"phone": formats.phone(phone)}]
