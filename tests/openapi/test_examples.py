"""Each example of the page is a call that works, though it is made from declarations alone."""

import re
import shlex
from typing import Any

from cellarhand.demo import wineries
from cellarhand.http import docs
from cellarhand.http.docs import Operation
from cellarhand.http.routes import Routes
from tests.callers import Site
from tests.openapi.conformance import CheckedCaller, Spec
from tests.wire.loyal import switch_loyalty

_VARIABLE = re.compile(r"'?\$([A-Z_]+)'?")


def test_each_example_works(
    site: Site, spec: Spec, checked: CheckedCaller, routes: Routes, document: dict[str, Any]
) -> None:
    switch_loyalty(site)
    # The base tier can't be deleted; that of the examples comes after it.
    base = {"title": "Base", "qualificationType": "Lifetime Value", "lifetimeValueToQualify": 0}
    checked.made("/loyalty-tier", base)
    operations = [each for part in docs.sections(routes, document) for each in part.operations]
    people = {
        docs.DEMO_OWNER: CheckedCaller.of(site.person("Admin Owner"), spec),
        docs.DEMO_DATA: CheckedCaller.of(site.person("Data"), spec),
        docs.DEMO_APP: checked,
    }
    ids: dict[str, str] = {}
    left = [each for each in operations if each.id.startswith("create-")]
    while left:
        ready = next((each for each in left if _known(each, ids)), None)
        assert ready is not None, [(each.id, _VARIABLE.findall(each.curl)) for each in left]
        left.remove(ready)
        section = ready.id.removeprefix("create-").replace("-", "_").upper()
        ids.setdefault(f"{section}_ID", _made(_call(ready, ids, people)))
        ids.setdefault("OBJECT_ID", ids.get("CUSTOMER_ID", ""))
    # What is made is not on the web yet.
    product = checked.changed(f"/product/{ids['PRODUCT_ID']}", {"webStatus": "Available"})
    ids["SLUG"] = product["slug"]
    others = [each for each in operations if not each.id.startswith("create-")]
    # Deletions last, of what came last first.
    for each in [each for each in others if each.method != "DELETE"]:
        _call(each, ids, people)
    for each in [each for each in reversed(others) if each.method == "DELETE"]:
        _call(each, ids, people)
    succeeded = set[str]().union(*(each.succeeded for each in people.values()))
    assert succeeded == {endpoint.name for endpoint in routes.endpoints}


def test_the_examples_call_the_demo() -> None:
    assert wineries.SLUG == docs.DEMO_TENANT
    assert f"{wineries.APP_ID}:{wineries.APP_KEY}" == docs.DEMO_APP
    assert f"{wineries.OWNER}:{wineries.PASSWORD}" == docs.DEMO_OWNER
    assert f"{wineries.DATA}:{wineries.PASSWORD}" == docs.DEMO_DATA


def _made(answer: dict[str, Any]) -> str:
    """The id of what was made; of several rows, the first's."""
    if answer.get("fulfillments"):
        # The order is the answer; what was made is inside it.
        return answer["fulfillments"][-1]["id"]
    rows = [value for value in answer.values() if isinstance(value, list) and value]
    return answer["id"] if "id" in answer else rows[0][0]["id"] if rows else ""


def _known(operation: Operation, ids: dict[str, str]) -> bool:
    return all(_id(name, ids) is not None for name in _VARIABLE.findall(operation.curl))


def _id(variable: str, ids: dict[str, str]) -> str | None:
    """The id that a variable stands for: `$CUSTOMER_ID`, and for a note's or card's own `$NOTE_ID`."""
    return next((id for name, id in ids.items() if variable == name or variable.endswith(f"_{name}")), None)


def _call(operation: Operation, ids: dict[str, str], people: dict[str, CheckedCaller]) -> dict[str, Any]:
    text = _VARIABLE.sub(lambda found: _id(found[1], ids) or "", operation.curl)
    words = shlex.split(text.replace("\\\n", ""))
    url = next(word for word in words if word.startswith("http"))
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    body = words[words.index("-d") + 1] if "-d" in words else None
    # A second customer of the same address would be refused.
    body = body.replace("jane@", f"{operation.id}@") if body is not None else None
    caller = people[words[words.index("-u") + 1]] if "-u" in words else people[docs.DEMO_APP]
    types = [word.partition(": ")[2] for word in words if word.startswith("Content-Type: ")]
    headers = {"content-type": types[0]} if types else {}
    answer = caller.request(method, url.partition("/v1")[2], content=body, headers=headers)
    assert str(answer.status_code) == operation.status, (operation.curl, answer.text)
    if operation.id == "bulk-import":
        assert '"result":"created"' in answer.text
        return {}
    return answer.json() if answer.content else {}
