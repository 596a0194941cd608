"""`cellarhand pull`: what lies in the archive afterwards, and what happens on bad days."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from cellarhand.client import Client
from cellarhand.testing.server import TestTenant
from cellarhand.transfer.archive import Archive, ArchiveFault
from tests.transfer.pulling import command, is_complete, people, pull, pulled


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "winery.archive"


def test_all_that_may_be_read_is_in_the_archive_byte_for_byte(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    first, *_ = people(cellarhand_client, 60)
    cellarhand_client.tags("customer").create({"title": "VIP", "type": "Manual"})
    cellarhand_client.notes.create({"customerId": first["id"], "content": "likes\nPinot"})
    told = pulled(cellarhand_tenant, archive)
    assert (told["customer"]["kind"], told["customer"]["records"]) == ("full", 60)
    assert told["setting"]["records"] == 1
    assert told["wine-varietal"]["records"] > 50
    is_complete(cellarhand_client, archive)


def test_the_next_pull_brings_what_changed_and_drops_what_was_deleted(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    made = people(cellarhand_client, 12)
    pulled(cellarhand_tenant, archive)
    cellarhand_client.customers.update(made[0]["id"], {"city": "Sonoma"})
    cellarhand_client.customers.delete(made[1]["id"])
    people(cellarhand_client, 2, start=50)
    told = pulled(cellarhand_tenant, archive)
    assert (told["customer"]["kind"], told["customer"]["deleted"]) == ("changes", 1)
    assert told["customer-address"]["deleted"] == 1
    is_complete(cellarhand_client, archive)
    assert pulled(cellarhand_tenant, archive, "--full")["customer"]["kind"] == "full"
    is_complete(cellarhand_client, archive)
    assert len(Archive.open(archive).manifest.resources["customer"].walks) == 1


def test_any_history_of_changes_and_pulls_ends_with_the_tenant_as_it_is(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    chance = random.Random(11)
    living = [each["id"] for each in people(cellarhand_client, 8)]
    for turn in range(4):
        for step in range(6):
            match chance.choice(("create", "update", "delete")):
                case "create":
                    living += [each["id"] for each in people(cellarhand_client, 1, 100 * turn + step + 100)]
                case "update":
                    cellarhand_client.customers.update(chance.choice(living), {"city": f"C{turn}{step}"})
                case _:
                    cellarhand_client.customers.delete(living.pop(chance.randrange(len(living))))
        pulled(cellarhand_tenant, archive, *(("--full",) if turn == 2 else ()))
        is_complete(cellarhand_client, archive)


# The process kills itself when it is about to flush or rename its n-th file.
_DIES = """
import os, signal
left = [{steps}]
def dying(real):
    def step(*arguments):
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return step
os.fsync, os.replace = dying(os.fsync), dying(os.replace)
"""


def test_kill_9_at_any_moment_costs_nothing_but_time(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 130)
    lists = ("--only", "customer", "--only", "customer-address")
    codes: list[int] = []
    for steps in range(2, 14, 2):
        codes.append(pull(cellarhand_tenant, archive, *lists, before=_DIES.format(steps=steps)).returncode)
        if Archive.exists(archive):
            assert Archive.open(archive).damages() == []
    assert codes.count(-signal.SIGKILL) > 2
    pulled(cellarhand_tenant, archive)
    is_complete(cellarhand_client, archive)
    assert not list(archive.rglob("*.part"))


def test_what_was_read_before_an_end_is_not_read_again(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 120)
    asked = command(cellarhand_tenant, archive, "--only", "customer")
    cellarhand_tenant.faults.slow(0, 3, path="/customer")
    cellarhand_tenant.faults.server_error(None, status=401, path="/customer")
    done = subprocess.run(**asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "run the same command again to go on" in done.stderr
    walk = Archive.open(archive).manifest.resources["customer"].walks[0]
    assert (walk.done, walk.records) == (False, 100)
    cellarhand_tenant.faults.clear()
    before = cellarhand_tenant.faults.met
    cellarhand_tenant.faults.slow(0, None, path="/customer")
    pulled(cellarhand_tenant, archive, "--only", "customer")
    # How many there are, and the one page that was left.
    assert cellarhand_tenant.faults.met - before == 2
    pulled(cellarhand_tenant, archive)
    is_complete(cellarhand_client, archive)


def test_ctrl_c_says_how_to_go_on(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 60)
    cellarhand_tenant.faults.slow(30, None, path="/note")
    asked = command(cellarhand_tenant, archive)
    with subprocess.Popen(**asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 20
        while not Archive.exists(archive) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "run the same command again" in told
    assert "Traceback" not in told
    cellarhand_tenant.faults.clear()
    pulled(cellarhand_tenant, archive)
    is_complete(cellarhand_client, archive)


def test_faults_on_the_way_are_waited_out(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 60)
    faults = cellarhand_tenant.faults
    faults.rate_limited(1, retry_after=1)
    faults.server_error(1, path="/customer")
    faults.broken(1, path="/customer-address")
    faults.truncated(1, path="/tag")
    faults.answer_lost(1, path="/note")
    pulled(cellarhand_tenant, archive)
    assert faults.met == 5
    is_complete(cellarhand_client, archive)


def test_what_the_account_may_not_read_is_left_out_and_named(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 2)
    told = pulled(cellarhand_tenant, archive, role="Reservation Basic")
    assert told["web-hook"]["leftOut"] == "Unauthorized User For Route"
    assert told["customer"]["records"] == 2
    shown = pull(cellarhand_tenant, archive)
    assert shown.returncode == 0
    assert "Left out: a call for each customer" in shown.stdout


def test_cards_are_read_below_their_customers_on_demand(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    holders = people(cellarhand_client, 9)
    card: Any = {"cardBrand": "Visa", "maskedCardNumber": "************4242", "tokenOnFile": "tok_1"}
    card |= {"expiryMo": 5, "expiryYr": 2031}
    made = {}
    for holder in holders[:4]:
        cards = cellarhand_client.customer_credit_cards(holder["id"])
        record = cards.create(card)
        made[record["id"]] = cellarhand_client.request(
            "GET", f"/customer/{holder['id']}/credit-card/{record['id']}"
        ).content
    pulled(cellarhand_tenant, archive, "--nested")
    assert list(Archive.open(archive).records("customer.credit-card")) == sorted(made.items())


def test_wrong_credentials_end_it_at_once_and_no_secret_is_shown(
    cellarhand_tenant: TestTenant, archive: Path
) -> None:
    asked = command(cellarhand_tenant, archive)
    asked["env"]["CELLARHAND_SOURCE_SECRET"] = "a wrong secret"
    done = subprocess.run(**asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Unauthenticated User" in done.stderr
    assert "a wrong secret" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_full_disk_is_named_and_leaves_the_archive_whole(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 60)
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    done = pull(cellarhand_tenant, archive, before=small)
    assert done.returncode == 1
    assert "the archive can not be written: File too large" in done.stderr
    assert Archive.open(archive).damages() == []
    pulled(cellarhand_tenant, archive)
    is_complete(cellarhand_client, archive)


def test_a_damaged_file_is_named_and_not_read(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 3)
    pulled(cellarhand_tenant, archive)
    file = archive / "customer" / "000001.ndjson.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    assert [str(file) in each for each in Archive.open(archive).damages()] == [True]
    with pytest.raises(ArchiveFault, match="000001"):
        list(Archive.open(archive).records("customer"))


def test_an_archive_belongs_to_one_tenant_and_one_writer(
    cellarhand_tenant: TestTenant, archive: Path, tmp_path: Path
) -> None:
    pulled(cellarhand_tenant, archive)
    elsewhere = pull(cellarhand_tenant, archive, "--tenant", "other-winery")
    assert (elsewhere.returncode, "name another folder" in elsewhere.stderr) == (1, True)
    with Archive.open(archive).lock():
        locked = pull(cellarhand_tenant, archive)
    assert (locked.returncode, "another program writes" in locked.stderr) == (1, True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    taken = pull(cellarhand_tenant, tmp_path / "full")
    assert (taken.returncode, "not empty" in taken.stderr) == (1, True)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--only", "wine"), "there is no list 'wine'"),
        (("--since", "yesterday"), "'yesterday' is no date"),
        (("--since", "2024-01-01", "--full"), "use one of them"),
        (("--url", "https://me:secret@api.example/v1"), "the URL holds credentials"),
    ],
)
def test_bad_options_are_explained(
    cellarhand_tenant: TestTenant, archive: Path, more: tuple[str, ...], says: str
) -> None:
    done = pull(cellarhand_tenant, archive, *more)
    assert (done.returncode, says in done.stderr) == (1, True), done.stderr
    assert "me:secret" not in done.stderr


def test_since_a_day_reads_what_was_changed_from_then_on(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    with cellarhand_tenant.client("Data") as data:
        dates: Any = {"createdAt": "2020-01-01T00:00:00.000Z", "updatedAt": "2020-01-01T00:00:00.000Z"}
        dates["emails"] = [{"email": "old@mail.example"}]
        data.customers.create(dates)
    people(cellarhand_client, 2)
    assert pulled(cellarhand_tenant, archive, "--since", "2024-01-01")["customer"]["records"] == 2
    manifest = json.loads((archive / "manifest.json").read_text())
    assert manifest["resources"]["customer"]["walks"][0]["since"] == "2024-01-01"
