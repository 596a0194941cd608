"""Plain bodies: those of which a look in C tells that nothing is wrong and nothing has to be changed.

Nearly all bodies are plain. For each shape a type is made once; what can be read as that type is what
`validate` would return, found in a fraction of the time. Anything else is no verdict: `validate` looks at it,
and alone finds faults. A pattern here may leave out what is right, but never takes what is wrong
(docs/decisions/0026).
"""

import atexit
import gc
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, cast

import msgspec

from cellarhand import ids
from cellarhand.record import formats
from cellarhand.record.shapes import (
    AnyValue,
    Array,
    Boolean,
    Integer,
    Kind,
    Member,
    Number,
    Object,
    OpenObject,
    Shape,
    String,
)

Record = dict[str, Any]
_MOST_INTEGER = 2**63 - 1
# When the interpreter ends it takes types that name each other apart in any order, and msgspec does not
# survive that (seen in 0.22; its issue 717 may be the same). What is frozen is left to the system as it is.
atexit.register(gc.freeze)

_NO_VERDICT = (msgspec.MsgspecError, UnicodeError, RecursionError, formats.Refused)
_ANY, _NONE = r"[\s\S]*", "(?!)"

# Characters that are printed, stand for themselves in NFC and begin no tag: of ASCII, names in Latin, print.
_SIGNS = r"!-;=-~\xa1-\u02ff\u1e00-\u1eff\u2010-\u2027\u20ac"
_TEXT = rf"[\t\n\r {_SIGNS}]"
_TRIMMED = rf"(?:[{_SIGNS}](?:{_TEXT}*[{_SIGNS}])?)?"
_NO_CARD = r"(?![\s\S]*[0-9](?:[ -]?[0-9]){12})"
_LETTERS = r"A-Za-z0-9&\-./',()\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff"
_PRINTED = r"(?=[!-~]*\Z)"
_MONTH_AND_DAY = (
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_DATE = rf"(?!0000)[0-9]{{4}}-{_MONTH_AND_DAY}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
# What people put between the digits of a number goes.
_SPACED = r"\+[0-9][0-9 ().-]{6,38}"
_NATIONAL = r"(?=[^0-9]{0,39}[0-9])(?!\+)[!-~](?:[ -~]{0,38}[!-~])?"
_HTTPS = r"https://[!$-.0-;=A-Z\[\]^-~]+(?:[/?#][!#-;=?-\[\]-~]*)?"

PATTERNS: Mapping[Callable[[str], str], Callable[[], str]] = {
    formats.text: lambda: rf"{_TEXT}*",
    formats.free_text: lambda: rf"{_NO_CARD}{_TEXT}*",
    formats.trimmed: lambda: _TRIMMED,
    formats.html: lambda: rf"(?:{_TEXT}|<)*",
    formats.card_text: lambda: rf"{_NO_CARD}{_TEXT}+",
    formats.person_name: lambda: rf"(?:[{_LETTERS}](?:[ {_LETTERS}]*[{_LETTERS}])?)?",
    formats.email: lambda: rf"(?=.{{0,254}}\Z){_PRINTED}(?:{formats.EMAIL.pattern})",
    formats.uuid: lambda: ids.FORM.pattern,
    formats.date_time: lambda: rf"{_DATE}T{_TIME}Z",
    formats.date: lambda: _DATE,
    # Nobody was born later who buys wine.
    formats.birth_date: lambda: rf"(?=19|200){_DATE}",
    formats.https_url: lambda: _HTTPS,
    formats.web_url: lambda: _HTTPS,
    # National ones are left to the rules of the resource, which know the country.
    formats.phone: lambda: (
        rf"\+[0-9]{{7,15}}|{_SPACED}|(?=[^0-9]{{0,39}}[0-9])(?!\+)[!-~](?:[ -~]{{0,38}}[!-~])?"
    ),
    formats.masked_card_number: lambda: r"\*{1,15}[0-9]{4}",
    formats.code: lambda: r"[A-Za-z0-9_-]+",
}
"""Patterns of what each form takes and leaves as it is (but for `RESPELLED`); of others no text is plain."""
RESPELLED = frozenset((formats.phone,))
"""Forms that respell some of what their pattern takes, and may yet refuse it."""


class Plain:
    """How plain bodies of one shape are read."""

    def __init__(self, shape: Shape, turn: "_Turn") -> None:
        self._type: Any = _struct(shape, turn)
        self._decode: Callable[[bytes], object] = msgspec.json.Decoder(self._type).decode
        self._distinct = _distinct_ids(shape, turn)
        self._respell = _respelling(shape, turn)

    def of(self, body: object) -> Record | None:
        """The cleaned members of a plain body, with defaults for those that were not sent; else None."""
        try:
            return self._clean(msgspec.convert(body, self._type))
        except _NO_VERDICT:
            return None

    def read(self, raw: bytes) -> Record | None:
        """The same of a body as it was sent."""
        try:
            return self._clean(self._decode(raw))
        except _NO_VERDICT:
            return None

    def _clean(self, body: object) -> Record | None:
        clean = cast(Record, msgspec.to_builtins(body))
        if self._respell is not None:
            self._respell(clean)
        return clean if self._distinct is None or self._distinct(clean) else None


@cache
def plain(shape: Shape, *, data_role: bool, importing: bool) -> Plain:
    """How plain bodies of a create are read; who may send which members, `Turn` tells."""
    return Plain(shape, _Turn(data_role, importing))


class _Turn(NamedTuple):
    data_role: bool
    importing: bool

    def takes(self, member: Member) -> bool:
        if member.imported:
            return self.data_role and self.importing
        return self.data_role or not member.data_role


@cache
def _struct(shape: Shape, turn: _Turn, *, without: str = "") -> type:
    """The type of an object; `without` names a member that is none here."""
    fields: list[Any] = []
    for name, member in shape.members.items():
        if name == without or not turn.takes(member):
            continue
        kind = _type(member.kind, turn)
        kind = kind | None if member.nullable else kind
        if member.default is not None:
            fields.append((name, kind, _default(member)))
        elif member.required:
            fields.append((name, kind))
        else:
            fields.append((name, kind | msgspec.UnsetType, msgspec.UNSET))
    return msgspec.defstruct(shape.name, fields, kw_only=True, forbid_unknown_fields=True)


def _default(member: Member) -> Any:
    """What stands for a member that is not sent, without a call for each where it can be one for all."""
    value = member.default[0] if member.default is not None else None
    if isinstance(value, (list, dict)):
        return msgspec.field(default_factory=member.fresh_default)
    return msgspec.field(default=value)


def _type(kind: Kind, turn: _Turn) -> Any:
    match kind:
        case String():
            return _text(kind)
        case Boolean():
            return bool
        case Integer():
            return Annotated[int, _range(kind)]
        case Number():
            # An integer stays one.
            return Annotated[int, _range(kind)] | Annotated[float, _range(kind)]
        case Array():
            item: Any = _type(kind.item, turn)
            if isinstance(kind.item, Object) and kind.item.shape.has_own_ids and not turn.data_role:
                # Nobody else may choose the ids of parts.
                item = _struct(kind.item.shape, turn, without="id")
            return Annotated[list[item], msgspec.Meta(min_length=kind.size.least, max_length=kind.size.most)]
        case Object():
            return _struct(kind.shape, turn)
        case OpenObject():
            return dict[_Unmarked, _open(2)]
        case AnyValue():
            return _open(3)


def _text(kind: String) -> Any:
    if kind.choices is not None:
        known = kind.spellings.stored if kind.spellings is not None else {}
        fold = str.casefold if kind.spellings is not None and kind.spellings.ignore_case else str
        return Literal[tuple(each for each in kind.choices if known.get(fold(each), each) == each)]
    least, most = kind.size.least, kind.size.most
    if kind.format is not None and kind.format.check is formats.country:
        # Looked up, where a pattern would try one after the other.
        return Literal[tuple(formats.countries())]
    pattern = _ANY
    if kind.format is not None:
        pattern = PATTERNS[kind.format.check]() if kind.format.check in PATTERNS else _NONE
    filled = r"(?=\s*\S)" if least else ""
    return Annotated[
        str, msgspec.Meta(pattern=rf"\A{filled}(?:{pattern})\Z", min_length=least, max_length=most)
    ]


def _range(kind: Integer | Number) -> msgspec.Meta:
    least = kind.range.least if kind.range.least is not None else -_MOST_INTEGER
    return msgspec.Meta(ge=least, le=kind.range.most if kind.range.most is not None else _MOST_INTEGER)


_Unmarked = Annotated[str, msgspec.Meta(pattern=r"\A(?!\x01)")]


def _open(depth: int) -> Any:
    """Any value that is not nested deeper and holds no mark."""
    single = None | bool | int | float | _Unmarked
    if not depth:
        return single
    inner = _open(depth - 1)
    return single | list[inner] | dict[_Unmarked, inner]


_Judge = Callable[[Record], bool]


def _distinct_ids(shape: Shape, turn: _Turn) -> _Judge | None:
    """Whether no two elements of an array share an id; None for a shape without such arrays."""
    if not turn.data_role:
        return None
    inside: list[tuple[str, bool, bool, _Judge | None]] = []
    for name, member in shape.members.items():
        kind = member.kind
        if isinstance(kind, Object) and turn.takes(member):
            inner = _distinct_ids(kind.shape, turn)
            if inner is not None:
                inside.append((name, False, False, inner))
        elif isinstance(kind, Array) and isinstance(kind.item, Object) and turn.takes(member):
            inner, own = _distinct_ids(kind.item.shape, turn), kind.item.shape.has_own_ids
            if own or inner is not None:
                inside.append((name, True, own, inner))

    def judge(clean: Record) -> bool:
        for name, array, own, inner in inside:
            value = clean.get(name)
            if not value:
                continue
            if own and len(value) > 1:
                ids = [each["id"] for each in value if "id" in each]
                if len(set(ids)) < len(ids):
                    return False
            if inner is not None and not (all(map(inner, value)) if array else inner(value)):
                return False
        return True

    return judge if inside else None


_Change = Callable[[Record], None]


def _respelling(shape: Shape, turn: _Turn) -> _Change | None:
    """Puts the texts of respelled forms in the form that is stored; None for a shape without them.

    Raises Refused.
    """
    own: list[tuple[str, Callable[[str], str]]] = []
    inside: list[tuple[str, bool, _Change]] = []
    for name, member in shape.members.items():
        kind = member.kind
        if not turn.takes(member):
            continue
        if isinstance(kind, String) and kind.format is not None and kind.format.check in RESPELLED:
            own.append((name, kind.format.check))
        elif isinstance(kind, Object):
            inner = _respelling(kind.shape, turn)
            if inner is not None:
                inside.append((name, False, inner))
        elif isinstance(kind, Array) and isinstance(kind.item, Object):
            inner = _respelling(kind.item.shape, turn)
            if inner is not None:
                inside.append((name, True, inner))

    def change(clean: Record) -> None:
        for name, check in own:
            value = clean.get(name)
            if value is not None:
                clean[name] = check(value)
        for name, array, inner in inside:
            value = clean.get(name)
            if not value:
                continue
            if array:
                for each in value:
                    inner(each)
            else:
                inner(value)

    return change if own or inside else None
