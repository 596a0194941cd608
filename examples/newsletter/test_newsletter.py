"""The newsletter against a real server; each test has a tenant of its own."""

from pathlib import Path

import pytest
from newsletter import TAG, Subscribers, sync

from cellarhand.client import Retries, ServerFailed


@pytest.fixture
def subscribers():
    return Subscribers()


def add(client, name, status="Subscribed"):
    emails = [{"email": f"{name}@mail.example"}]
    return client.customers.create({"emails": emails, "emailMarketingStatus": status})


def tagged(client):
    """Whom the winery sees on the list."""
    return {
        each["emails"][0]["email"]
        for each in client.customers.list()
        if TAG in [tag["title"] for tag in each["tags"]]
    }


def test_who_wants_news_is_on_the_list_and_tagged(cellarhand_client, subscribers):
    ada = add(cellarhand_client, "ada")
    add(cellarhand_client, "bo", "Unsubscribed")
    sync(cellarhand_client, subscribers)
    assert subscribers.addresses == {ada["id"]: "ada@mail.example"}
    assert tagged(cellarhand_client) == {"ada@mail.example"}


def test_changes_follow(cellarhand_client, subscribers):
    ada, bo, cy = (add(cellarhand_client, name) for name in ("ada", "bo", "cy"))
    sync(cellarhand_client, subscribers)
    cellarhand_client.customers.update(ada["id"], {"emailMarketingStatus": "Unsubscribed"})
    emails = [{"id": bo["emails"][0]["id"], "email": "bo@new.example"}]
    cellarhand_client.customers.update(bo["id"], {"emails": emails})
    cellarhand_client.customers.delete(cy["id"])
    sync(cellarhand_client, subscribers)
    assert subscribers.addresses == {bo["id"]: "bo@new.example"}
    assert tagged(cellarhand_client) == {"bo@new.example"}


def test_a_second_sync_changes_nothing(cellarhand_client, subscribers):
    ada = add(cellarhand_client, "ada")
    sync(cellarhand_client, subscribers)
    before = cellarhand_client.customers.get(ada["id"])
    sync(cellarhand_client, subscribers)
    assert cellarhand_client.customers.get(ada["id"]) == before
    assert len(list(cellarhand_client.tags("customer").list())) == 1


def test_a_bad_day_ends_with_the_same_list(cellarhand_tenant, cellarhand_client, subscribers):
    for number in range(60):
        add(cellarhand_client, f"guest{number}")
    cellarhand_tenant.faults.rate_limited(1, retry_after=1)
    cellarhand_tenant.faults.truncated(1, path="/customer")
    sync(cellarhand_client, subscribers)
    assert len(subscribers.addresses) == 60


def test_what_fails_is_caught_up_by_the_next_run(cellarhand_tenant, cellarhand_client, tmp_path: Path):
    ada = add(cellarhand_client, "ada")
    cellarhand_tenant.faults.server_error(None, method="POST", path="/tag-x-object")
    path = tmp_path / "list.json"
    with cellarhand_tenant.client(retries=Retries(most=1)) as client, pytest.raises(ServerFailed):
        sync(client, Subscribers.read(path))
    cellarhand_tenant.faults.clear()
    subscribers = Subscribers.read(path)
    sync(cellarhand_client, subscribers)
    subscribers.write(path)
    assert Subscribers.read(path).addresses == {ada["id"]: "ada@mail.example"}
