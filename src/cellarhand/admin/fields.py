"""Settings, Meta data: the fields that each kind of record may carry besides its own (reference B32)."""

from starlette.responses import Response

from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import title_of
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import moment
from cellarhand.admin.visit import Screen, Visit
from cellarhand.settings.meta_data_config import META_DATA_CONFIG, OBJECT_TYPES

PATH = "/settings/meta-data"
_EACH = f"{PATH}/{{objectType}}"
TABS = tuple((f"{PATH}/{word}", f"{title_of(name)}s") for word, name in OBJECT_TYPES.items())
LIST = ListScreen(
    META_DATA_CONFIG,
    "Meta data",
    _EACH,
    opens=True,
    adds="Add field",
    tabs=TABS,
    intro="Fields of your own. The API names them by their code, forms and pages by their title.",
    columns=(
        Column("title", "Title", "title"),
        Column("code", "Code", "code"),
        Column("dataType", "Kind", "dataType"),
        Column("isRequired", "Required", "isRequired"),
        Column("options", "Options", "options.*"),
        Column("sortOrder", "Place", "sortOrder"),
        Column("updated", "Updated", "updatedAt", moment, usual=False),
    ),
)
EDIT = EditScreen(
    META_DATA_CONFIG,
    "field",
    _EACH,
    ("title", "code", "dataType", "options", "isRequired", "sortOrder"),
    back=f"{_EACH}/{{id}}",
    sayings={
        "code": Saying("Code", "Letters, digits, - and _. Programs name the field by it, so it stays."),
        "dataType": Saying("Kind", "Stays once a record has a value."),
        "options": Saying("Options", "One on each line; for Radio, Checkbox and Select."),
        "isRequired": Saying("Required"),
        "sortOrder": Saying("Place", "The last one, when it is left empty"),
    },
)
SHOW = RecordScreen(
    META_DATA_CONFIG,
    "field",
    _EACH,
    "title",
    LIST.columns,
    warning="Values are hidden with the field. They come back with a new field of the same code.",
)


async def show_first(visit: Visit) -> Response:
    return visit.go(TABS[3][0])


SCREENS = (
    Screen("GET", PATH, show_first, "meta-data-config", "list"),
    *EDIT.screens(),
    *LIST.screens(),
    *SHOW.screens(),
)
