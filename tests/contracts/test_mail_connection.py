"""The connection of the e-mail client, and its errors without one."""

import asyncio
import base64
import socket
from uuid import uuid4

import pytest

from shared.adapters import acs_email
from shared.adapters.acs_email import AcsEmail
from shared.notices.email import Email
from shared.ports import UnavailableError

KEY = base64.b64encode(b"a key of the stand-in").decode()
SENDER = "DoNotReply@credits.example"


def email():
    return Email(to=("ann@contoso.com",), subject="Balance", text="0", html="<p>0</p>")


async def test_without_a_key_the_managed_identity_is_used():
    asked = []

    class NobodyError(Exception):
        pass

    def identity():
        asked.append("asked")
        raise NobodyError

    mail = AcsEmail("http://127.0.0.1:9", SENDER, None, identity)
    with pytest.raises(NobodyError):
        await mail.send(email(), uuid4())
    assert asked == ["asked"]


async def test_an_unreachable_mail_service_is_an_outage():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    mail = AcsEmail(f"http://127.0.0.1:{port}", SENDER, KEY, lambda: pytest.fail("there is a key"))
    with pytest.raises(UnavailableError):
        await mail.send(email(), uuid4())
    await mail.close()


async def test_a_connection_timeout_is_an_outage(monkeypatch):
    monkeypatch.setattr(acs_email, "CONNECT_SECONDS", 0.1)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # one connection waits, another may be half made; further ones get no answer
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(full.getsockname())
        mail = AcsEmail(f"http://127.0.0.1:{full.getsockname()[1]}", SENDER, KEY, lambda: pytest.fail("there is a key"))
        with pytest.raises(UnavailableError):
            await asyncio.wait_for(mail.send(email(), uuid4()), 10)
        await mail.close()


async def test_unused_mail_closes_without_a_connection():
    await AcsEmail("http://127.0.0.1:9", SENDER, KEY, lambda: pytest.fail("there is a key")).close()
