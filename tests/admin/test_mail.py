"""EML-3: mail is written with its cause, sent afterwards, at least once, and nothing of it is lost."""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.accounts import invites
from cellarhand.accounts.addresses import Addresses
from cellarhand.mail import outbox
from cellarhand.mail.delivery import deliver
from cellarhand.mail.messages import render
from cellarhand.mail.smtp import Smtp, compose
from cellarhand.store.engine import Store, open_store
from cellarhand.store.unit import WriteUnit
from tests.admin.conftest import SENDER, Winery
from tests.admin.mailbox import Mailbox, knows, link_in, text_of
from tests.admin.visitors import Visitor
from tests.servers import free_port

WHERE = Addresses("shop.example", https=True)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server of the test's own."""
    with Mailbox() as opened:
        yield opened


class Office:
    """A tenant and the outbox, with no server that sends by itself: what is due goes when a test says so."""

    def __init__(self, url: str, slug: str) -> None:
        self._url, self.slug = url, slug
        self.email = f"{secrets.token_hex(6)}@people.example"

    def _run(self, work: Any) -> Any:
        async def run() -> Any:
            store = open_store(self._url)
            await store.open()
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(run())

    def invite(self) -> str:
        return self._run(lambda store: invites.invite(store, self.slug, self.email, "Basic", WHERE))

    def deliver(self, port: int, security: str = "none", **more: str) -> int:
        smtp = Smtp("127.0.0.1", port, security, SENDER, **more)
        return self._run(lambda store: deliver(store, smtp))

    def deliver_twice_at_once(self, port: int) -> list[int]:
        """Two processes that find the same mail due."""
        smtp = Smtp("127.0.0.1", port, "none", SENDER)

        async def both(store: Store) -> list[int]:
            other = open_store(self._url)
            await other.open()
            try:
                return list(await asyncio.gather(deliver(store, smtp), deliver(other, smtp)))
            finally:
                await other.close()

        return self._run(both)

    def claim(self) -> outbox.Mail | None:
        return self._run(outbox.claim)

    def mail(self) -> outbox.Mail:
        """The newest mail to this test's person."""
        found = self._run(outbox.newest_of_all)
        return next(each for each in found if each.recipient == self.email)


@pytest.fixture
def office(own_database: str) -> Office:
    """With an empty outbox."""
    office = Office(own_database, "my-winery")

    async def clear(unit: WriteUnit) -> None:
        await unit.delete(outbox.MAIL, ())

    office._run(lambda store: store.write(None, clear))
    return office


def test_a_mail_is_text_and_html_alike_and_reads_like_a_letter(winery: Winery, owner: Visitor) -> None:
    email = f"{secrets.token_hex(6)}@people.example"
    owner.see(winery.slug, "/settings/accounts").send("/invite", email=email, role="Basic")
    mail = winery.mailbox.newest(email)
    assert mail["From"] == SENDER
    assert mail["Subject"] == "A Winery invites you to its Cellarhand"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@cellarhand.example>")
    assert "Admin Tester invites you to work with A Winery as Basic." in text_of(mail)
    assert "Admin Tester invites you to work with A Winery as Basic." in text_of(mail, "html")
    assert f'href="{link_in(mail)}"' in text_of(mail, "html")


def test_values_in_a_mail_are_only_text() -> None:
    values = {
        "company": "A\r\nBcc: all@example.com",
        "inviter": "<script>",
        "role": "x",
        "link": "https://a.b/",
    }
    message = render("invite", values)
    assert message.subject == "A Bcc: all@example.com invites you to its Cellarhand"
    assert "<script>" in message.content
    assert "<script>" not in message.html


def test_a_mail_goes_out_once_and_its_text_is_forgotten(office: Office, box: Mailbox) -> None:
    token = office.invite()
    assert token in (office.mail().content or "")
    assert office.deliver(box.port) == 1
    assert office.deliver(box.port) == 0
    assert link_in(box.newest(office.email)) == f"https://platform.shop.example/invite/{token}"
    sent = office.mail()
    assert (sent.state, sent.content, sent.html) == ("Sent", None, None)


def test_a_refused_invite_writes_no_mail(office: Office) -> None:
    with pytest.raises(Exception, match="Boss"):
        office._run(lambda store: invites.invite(store, office.slug, office.email, "Boss", WHERE))
    assert office.claim() is None


def test_mail_waits_while_the_server_is_down_with_growing_pauses(office: Office, box: Mailbox) -> None:
    office.invite()
    nobody, began = free_port(), clock.now()
    moment, pauses = began, list[int]()
    while office.mail().state == "Waiting":
        with clock.frozen(moment):
            assert office.deliver(nobody) == 0
            mail = office.mail()
            if mail.state == "Waiting":
                assert office.deliver(nobody) == 0, "not before its time"
                assert office.mail().attempts == mail.attempts
                pauses.append(mail.next_attempt_at - moment)
                moment = mail.next_attempt_at
    assert pauses == sorted(pauses)
    assert moment - began >= clock.DAY_MS
    assert (office.mail().state, office.mail().attempts) == ("Failed", len(pauses) + 1)


def test_mail_goes_when_the_server_is_back(office: Office, box: Mailbox) -> None:
    office.invite()
    box.close()
    assert office.deliver(box.port) == 0
    box.open()
    with clock.frozen(clock.now() + 3_600_000):
        assert office.deliver(box.port) == 1
    assert len(box.to(office.email)) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [("451 try later", "Waiting"), ("550 no such mailbox", "Failed"), ("535 no", "Waiting")],
)
def test_a_final_no_is_final_and_any_other_is_not(
    office: Office, box: Mailbox, caplog: pytest.LogCaptureFixture, answer: str, state: str
) -> None:
    office.invite()
    box.answer = answer
    with caplog.at_level(logging.WARNING):
        assert office.deliver(box.port) == 0
    assert (office.mail().state, office.mail().error) == (state, answer)
    assert office.email not in caplog.text, "no address gets into the log"


def test_two_processes_send_a_mail_once(office: Office, box: Mailbox) -> None:
    office.invite()
    assert sorted(office.deliver_twice_at_once(box.port)) == [0, 1]
    assert len(box.to(office.email)) == 1


def test_a_mail_whose_process_died_is_sent_by_another(office: Office, box: Mailbox) -> None:
    office.invite()
    assert office.claim() is not None
    assert office.deliver(box.port) == 0
    with clock.frozen(clock.now() + outbox.LEASE_MS + 1000):
        assert office.deliver(box.port) == 1


def test_every_try_of_a_mail_carries_one_id(office: Office) -> None:
    office.invite()
    mail = office.mail()
    assert compose(SENDER, mail)["Message-ID"] == compose(SENDER, mail)["Message-ID"]
    assert compose(SENDER, mail).as_bytes() == compose(SENDER, mail).as_bytes(), "and is the same bytes"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_mail_is_handed_over_with_name_and_password(office: Office) -> None:
    options = {
        "authenticator": knows("shop", "a secret"),
        "auth_required": True,
        "auth_require_tls": False,
    }
    with Mailbox(**options) as box:
        office.invite()
        assert office.deliver(box.port, user="shop", password="wrong") == 0
        assert (office.mail().state, (office.mail().error or "")[:3]) == ("Waiting", "535")
        assert "a secret" not in (office.mail().error or "")
        with clock.frozen(clock.now() + 3_600_000):
            assert office.deliver(box.port, user="shop", password="a secret") == 1


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, and its key, in one file."""
    import subprocess

    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    subprocess.run(
        [
            *[
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ],
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{path}.key", "-out", f"{path}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(Path(f"{path}.key").read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_travels_encrypted_to_who_can_prove_their_name(
    office: Office, certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options = (
        {"tls_context": context, "require_starttls": True}
        if security == "starttls"
        else {"ssl_context": context}
    )
    if security == "tls":
        # Its own trial connection checks the certificate too.
        monkeypatch.setattr(ssl, "create_default_context", lambda *_, **__: _trusting(certificate))
    with Mailbox(**options) as box:
        monkeypatch.undo()
        office.invite()
        assert office.deliver(box.port, security) == 0, "nobody vouches for it"
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        with clock.frozen(clock.now() + 3_600_000):
            assert office.deliver(box.port, security) == 1


def _trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(f"{certificate}.crt")
    return context


def test_mail_never_travels_in_clear_text_instead(office: Office, box: Mailbox) -> None:
    office.invite()
    assert office.deliver(box.port, "starttls") == 0
    assert office.mail().state == "Waiting"
    assert not box.taken


def test_the_outbox_shows_what_became_of_mail_and_no_text_of_it(winery: Winery, owner: Visitor) -> None:
    email = f"{secrets.token_hex(6)}@people.example"
    owner.see(winery.slug, "/settings/accounts").send("/invite", email=email, role="Basic")
    link = winery.mailbox.link(email)
    page = owner.see(winery.slug, "/developer/outbox")
    assert email in page.text
    assert link not in page.text
    assert owner.see(None, "/outbox").status == 404, "all mail is shown by the demo alone"


def test_old_mail_is_swept_out(office: Office) -> None:
    office.invite()
    with clock.frozen(clock.now() + 31 * clock.DAY_MS):
        assert office._run(lambda store: outbox.drop_old(store, 30)) >= 1
    assert office.claim() is None
