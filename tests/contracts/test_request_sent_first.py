"""`let_request_leave` with the real clients: when it returns, the whole request has been sent."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.adapters.storage.azure_tables import table_service
from shared.ports import Create, OutcomeUnknownError
from shared.posting.loop.event_loop import let_request_leave

NOT_FOUND = json.dumps({"odata.error": {"code": "ResourceNotFound", "message": {"lang": "en", "value": "not there"}}})
PATIENCE = 5.0
"""The timeout in seconds, which is reached only if the request was not sent."""

POLL = 0.01
"""Seconds between two looks of the server whether it shall end."""


class Storage(BaseHTTPRequestHandler):
    """A server without rows that reads a write completely and then closes the connection."""

    protocol_version = "HTTP/1.1"
    read = threading.Event()

    def do_GET(self):
        body = NOT_FOUND.encode()
        self.send_response(404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.read.set()
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def storage():
    Storage.read.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Storage) as server:
        thread = threading.Thread(target=server.serve_forever, args=(POLL,))
        thread.start()
        yield f"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:{server.server_port}/a"
        server.shutdown()
        thread.join()


async def left(client, connection, writes, turns):
    """Whether a transaction of *writes* rows on an open connection was sent when `let_request_leave` returns."""
    async with table_service(connection) as service:
        table = client(service.get_table_client("Ledger"))
        assert await table.get("p", "nothing") is None
        rows = [Create(f"row-{number}", {"text": "x" * 300}) for number in range(writes)]
        sending = asyncio.create_task(table.transact("p", rows))
        await let_request_leave(turns)
        read = Storage.read.wait(PATIENCE)  # the event loop is blocked: only data that was sent arrives
        with pytest.raises(OutcomeUnknownError):
            await sending
        return read


@pytest.mark.parametrize("writes", [1, 100])
async def test_a_commit_is_sent_before_other_work_is_done(client, storage, writes):
    assert await left(client, storage, writes, client.TURNS)


@pytest.mark.parametrize(("client", "turns"), [("sdk", 3), ("lean", 1)], indirect=["client"])
async def test_with_fewer_event_loop_turns_the_request_would_not_be_sent(client, turns, storage, monkeypatch):
    monkeypatch.setattr("tests.contracts.test_request_sent_first.PATIENCE", 0.2)
    assert not await left(client, storage, 100, turns)
