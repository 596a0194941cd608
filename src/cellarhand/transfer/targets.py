"""Which lists a tenant has, from what the client knows of the API. A new resource needs no line here."""

import re
from dataclasses import dataclass

from cellarhand.client._resources import CALLED, DESCRIBED
from cellarhand.client.errors import ApiError

_WORDS = "/:objectType"
COPIES = ("/refund",)
"""Lists of records that another list has too: refunds are orders."""
_PARENT = re.compile(r":(?!objectType)\w+")


@dataclass(frozen=True, slots=True)
class Target:
    """One list: the folder's name in an archive, where it is read, and what deletions of it are called.

    A list that is not `paged` is one answer. `dated` ones can be narrowed by `updatedAt`. `parent` is the
    list whose records each have such a list of their own, below `path` with its parameter.
    """

    name: str
    path: str
    key: str
    dated: bool = False
    trash: str = ""
    paged: bool = True
    parent: str = ""


def targets() -> list[Target]:
    """Every list that can be read, in the order of the declarations."""
    found: list[Target] = []
    for each in DESCRIBED:
        if "list" not in each.operations or each.path in COPIES:
            continue
        if each.words:
            for word in each.words:
                path = each.path.replace(_WORDS, f"/{word}")
                found.append(Target(_name(path), path, each.key, each.dated, each.trash))
        elif _PARENT.search(each.path) and not each.beside:
            parent = each.path.partition("/:")[0]
            name = f"{_name(parent)}.{each.path.rpartition('/')[2]}"
            found.append(Target(name, each.path, each.key, trash=each.trash, parent=_name(parent)))
        else:
            path = each.beside or each.path
            found.append(Target(_name(path), path, each.key, each.dated, each.trash))
    for each in CALLED:
        if each.method == "GET" and each.key and ":" not in each.path:
            found.append(Target(_name(each.path), each.path, each.key, paged=False))
    return found


def nested_lists() -> list[str]:
    """Names of the lists that take a call for each record of another one."""
    return [each.name for each in targets() if each.parent]


def is_closed(refused: ApiError) -> bool:
    """Whether an answer says that this account has no such list, and not that something went wrong."""
    no_right = refused.status == 401 and "Route" in refused.message
    return no_right or refused.status in (403, 404, 405, 422)


def _name(path: str) -> str:
    """`/tag/customer` is kept under `tag.customer`."""
    return path.strip("/").replace("/", ".")
