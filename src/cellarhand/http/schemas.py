"""JSON Schemas (dialect 2020-12) made from declared shapes: what a body may be, and what an answer is.

A body's schema is closed, as the check is (reference A5.4). An answer's is open: a record that came from
another server may carry further members. What can be said of text only in words stands in the description.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

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
from cellarhand.record.types import Format
from cellarhand.record.validate import IDENTITY

Schema = dict[str, Any]
Use = Literal["create", "change", "answer"]

_MOST_INTEGER = 2**63 - 1
_PRINTABLE = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_NO_HTML = r"(?![\s\S]*<[/!]?[A-Za-z][\s\S]*>)"
_NAME_SIGN = r'[^\x00-\x1f\x7f!"#$%*+:;<=>?@\[\\\]^_`{|}~]'
_EMAIL_SIGN = r'[^\s\x00-\x1f\x7f\x85@<>"(),:;\\'
_PLAIN = f"^{_NO_HTML}{_PRINTABLE}*$"
_TRIMMED = f"^{_NO_HTML}(?=[\\s\\S]*\\S){_PRINTABLE}*$"


@dataclass(frozen=True, slots=True)
class Form:
    """What a format means in a body: keywords that every accepted value fits, and the rest in words."""

    says: str = ""
    keywords: Schema = field(default_factory=dict[str, Any])


FORMS: dict[Callable[[str], str], Form] = {
    formats.uuid: Form("", {"format": "uuid"}),
    formats.date_time: Form(
        "with `Z` or an offset; a date alone is midnight UTC",
        {"anyOf": [{"format": "date-time"}, {"format": "date"}]},
    ),
    formats.date: Form("", {"format": "date"}),
    formats.birth_date: Form("not in the future, not before 1900", {"format": "date"}),
    # The format of JSON Schema is another one: it refuses letters beyond ASCII and allows quotes.
    formats.email: Form(
        "an e-mail address; outer blanks are cut",
        {"pattern": rf"^{_EMAIL_SIGN}]{{1,64}}@{_EMAIL_SIGN}.]+(\.{_EMAIL_SIGN}.]+)+$"},
    ),
    formats.phone: Form(
        "international with `+`, or national with a country; returned as E.164", {"pattern": r"\d"}
    ),
    formats.person_name: Form(
        "letters of any script, digits, blanks and & - . / ' , ( )", {"pattern": f"^{_NAME_SIGN}*$"}
    ),
    formats.text: Form("plain text, no HTML", {"pattern": _PLAIN}),
    formats.trimmed: Form("plain text, no HTML; outer blanks are cut", {"pattern": _PLAIN}),
    formats.free_text: Form("plain text, no HTML, no card numbers", {"pattern": _PLAIN}),
    formats.card_text: Form("plain text, no HTML, no card numbers", {"pattern": _PLAIN}),
    formats.html: Form("may carry HTML", {"pattern": f"^{_PRINTABLE}*$"}),
    formats.secret: Form("kept exactly as sent", {"pattern": f"^{_PRINTABLE}*$"}),
    formats.https_url: Form("https only", {"format": "uri", "pattern": r'^https://[^\s/?#@<>"\\]'}),
    formats.web_url: Form("https or http", {"format": "uri", "pattern": r'^https?://[^\s/?#@<>"\\]'}),
    formats.masked_card_number: Form(
        "asterisks and the last four digits", {"pattern": r"^\*{1,15}[0-9]{4}$"}
    ),
    formats.code: Form("letters, digits, - and _", {"pattern": "^[A-Za-z0-9_-]+$"}),
    formats.country: Form("ISO 3166-1 alpha-2", {"$ref": "#/components/schemas/CountryCode"}),
}
"""By the function that checks the format."""
_FREE = Form()


def form_of(format: Format) -> Form:
    """What is said of a format: one of the kernel's is known here, another brings its own words."""
    known = FORMS.get(format.check)
    return known or Form(format.says, {"pattern": format.pattern} if format.pattern is not None else {})


class Schemas:
    """The named schemas of a document, each made when it is first referred to."""

    def __init__(self) -> None:
        codes = list(formats.countries())
        self.named: dict[str, Schema] = {
            "CountryCode": {"type": "string", "description": "ISO 3166-1 alpha-2, upper case", "enum": codes}
        }
        self._made: dict[str, tuple[object, ...]] = {"CountryCode": ()}

    def answer(self, shape: Shape) -> Schema:
        """What an answer of `shape` is."""
        return self._refer(shape.name, shape, "answer")

    def create(self, shape: Shape) -> Schema:
        """What may be sent to make a record."""
        return self._refer(_writing(shape.name), shape, "create")

    def change(self, shape: Shape, read: Shape) -> Schema:
        """What may be sent to change a record: nothing is required, and what is read may be repeated."""
        return self._refer(_changing(shape.name), shape, "change", read)

    def _refer(
        self, name: str, shape: Shape, use: Use, read: Shape | None = None, *, root: bool = True
    ) -> Schema:
        origin = (shape, use, read)
        if name not in self._made:
            self._made[name] = origin
            self.named[name] = {}
            self.named[name].update(self._object(shape, use, read, root=root))
        elif self._made[name] != origin:
            raise LookupError(f"two shapes would be documented as {name}: one of them needs another name")
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, shape: Shape, use: Use, read: Shape | None, *, root: bool) -> Schema:
        known: Mapping[str, Member] = read.members if read is not None else {}
        properties = {
            name: self._member(member, use, known.get(name), own=name == "id" and shape.has_own_ids)
            for name, member in shape.members.items()
            if not member.imported
        }
        if use == "answer":
            required = [name for name, member in shape.members.items() if member.required]
            return {"type": "object", "required": required, "properties": properties}
        if root and use == "change":
            for schema in properties.values():
                schema.pop("default", None)
        for name, member in known.items():
            if name not in properties and not (root and name in IDENTITY):
                says = "may only repeat what is stored"
                properties[name] = {
                    **self._member(member, "answer", None),
                    "readOnly": True,
                    "description": says,
                }
        found: Schema = {"type": "object", "additionalProperties": False}
        required = [name for name, member in shape.members.items() if member.required]
        if required and not (root and use == "change"):
            found["required"] = required
        return {**found, "properties": properties}

    def _member(self, member: Member, use: Use, read: Member | None, *, own: bool = False) -> Schema:
        schema = self._kind(member.kind, use, read.kind if read is not None else None)
        if member.nullable:
            schema = _or_null(schema)
        if use == "answer":
            return schema
        if member.default is not None:
            schema["default"] = member.default[0]
        says = [
            "Data role only" if member.data_role else "",
            "of an element that the record has; a new one gets its own"
            if own and not member.data_role
            else "",
            "on change only as stored" if member.create_only else "",
            _form(member.kind).says,
            member.hint.text if member.hint is not None else "",
        ]
        if any(says):
            schema["description"] = "; ".join(filter(None, says))
        return schema

    def _kind(self, kind: Kind, use: Use, read: Kind | None) -> Schema:
        match kind:
            case String():
                return _string(kind, use)
            case Boolean():
                return {"type": "boolean"}
            case Integer():
                either = {"type": ["integer", "string"], "pattern": "^[0-9]{1,18}$"}
                own = either if kind.or_string and use != "answer" else {"type": "integer"}
                return {**own, **_range(kind, use, _MOST_INTEGER)}
            case Number():
                return {"type": "number", **_range(kind, use, None)}
            case Array():
                inner = read.item if isinstance(read, Array) else None
                schema: Schema = {"type": "array", "items": self._kind(kind.item, use, inner)}
                if use != "answer":
                    schema |= _bounds("Items", kind.size.least, kind.size.most)
                return schema
            case Object():
                return self._inner(kind.shape, use, read)
            case OpenObject():
                values = self._kind(kind.values, use, None) if kind.values is not None else True
                return {"type": "object", "additionalProperties": values}
            case AnyValue():
                return {}

    def _inner(self, shape: Shape, use: Use, read: Kind | None) -> Schema:
        if use == "change" and isinstance(read, Object) and set(read.shape.members) - set(shape.members):
            return self._refer(_changing(shape.name), shape, use, read.shape, root=False)
        return self.answer(shape) if use == "answer" else self.create(shape)


def _writing(name: str) -> str:
    """The name of a body's schema; a shape that is answered too has one for either."""
    return name if name.endswith("Write") else f"{name}Write"


def _changing(name: str) -> str:
    return f"{name.removesuffix('Write').removesuffix('Update')}Update"


def _form(kind: Kind) -> Form:
    return form_of(kind.format) if isinstance(kind, String) and kind.format is not None else _FREE


def _string(kind: String, use: Use) -> Schema:
    if kind.choices is not None:
        return {"type": "string", "enum": [*kind.choices]}
    keywords = _form(kind).keywords
    if "$ref" in keywords:
        return {**keywords}
    if use == "answer":
        return {"type": "string", **_answered(kind.format)}
    least = kind.size.least
    if least and keywords.get("pattern") == _PLAIN:
        # Blanks alone are no text.
        keywords = {**keywords, "pattern": _TRIMMED}
    return {"type": "string", **keywords, **_bounds("Length", least, kind.size.most)}


def _answered(form: Format | None) -> Schema:
    """What a format promises of an answer, which may repeat what an older rule or another server let in."""
    if form is None:
        return {}
    if form.check is formats.date_time:
        return {"format": "date-time"}
    keywords = form_of(form).keywords
    return {"format": keywords["format"]} if keywords.get("format") in ("uuid", "date") else {}


def _bounds(what: str, least: int, most: int | None) -> Schema:
    found = {f"min{what}": least} if least else {}
    return found if most is None else {**found, f"max{what}": most}


def _range(kind: Integer | Number, use: Use, most: int | None) -> Schema:
    if use == "answer":
        return {}
    least = kind.range.least if kind.range.least is not None else -most if most is not None else None
    most = kind.range.most if kind.range.most is not None else most
    found: Schema = {} if least is None else {"minimum": least}
    return found if most is None else {**found, "maximum": most}


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "type" not in schema:
        return schema
    kinds = cast(list[str] | str, schema["type"])
    found = {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    if "enum" in schema:
        found["enum"] = [*cast(list[Any], schema["enum"]), None]
    return found
