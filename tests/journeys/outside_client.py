"""An independent client, written from the contract with the standard library only."""

import base64
import hashlib
import hmac
import json
import time
from email.utils import formatdate
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

ANSWER_SECONDS = 30
LOOK = 0.05
VERSION = "2024-11-04"

_open = build_opener(ProxyHandler({})).open


def exchange(method, address, headers, body=None):
    """Status, headers and body; errors are returned, too."""
    request = Request(address, data=body, headers=headers, method=method)
    try:
        with _open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers, refusal.read()


class Api:
    """The HTTP API of CONTRACT 2 with one bearer token."""

    def __init__(self, base, token):
        self._base, self._token = f"{base}/api/v1", token

    def ask(self, method, path, body=None, **headers):
        """Status and JSON; *body* is text for a rate card, else a JSON value."""
        media = "text/csv" if isinstance(body, str) else "application/json"
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self._token}", "Content-Type": media, **named}
        status, _, answer = exchange(method, self._base + path, sent, data)
        return status, json.loads(answer)

    def all(self, path, limit):
        """Every item of a list, in pages of *limit*."""
        status, page = self.ask("GET", f"{path}?{urlencode({'limit': limit})}")
        assert status == 200, page
        items = page["items"]
        while page["next"]:
            status, page = self.ask("GET", f"{path}?{urlencode({'limit': limit, 'after': page['next']})}")
            assert status == 200, page
            items += page["items"]
        return items


class StorageQueue:
    """The queue `usage`, over the REST interface with a Shared Key."""

    def __init__(self, connection, name):
        parts = dict(part.split("=", 1) for part in connection.strip(";").split(";"))
        self._account, self._key = parts["AccountName"], base64.b64decode(parts["AccountKey"])
        self._address = f"{parts['QueueEndpoint'].rstrip('/')}/{name}"

    def put(self, text):
        """Put one message, as text."""
        body = f"<QueueMessage><MessageText>{escape(text)}</MessageText></QueueMessage>".encode()
        status, _, answer = self._exchange("POST", "/messages", {"messagettl": "-1"}, body)
        assert status == 201, answer
        assert ET.fromstring(answer).find("QueueMessage/MessageId") is not None

    @property
    def length(self):
        """The number of messages, including those in progress."""
        status, headers, answer = self._exchange("GET", "", {"comp": "metadata"}, None)
        assert status == 200, answer
        return int(headers["x-ms-approximate-messages-count"])

    def until_empty(self, seconds):
        """Return when every message has been processed."""
        deadline = time.monotonic() + seconds
        while self.length:
            assert time.monotonic() < deadline, f"{self.length} messages are left"
            time.sleep(LOOK)

    def _exchange(self, method, path, query, body):
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": VERSION}
        if body is not None:
            headers["Content-Type"] = "application/xml"
        headers["Authorization"] = self._signature(method, path, query, headers, body)
        return exchange(method, f"{self._address}{path}?{urlencode(query)}", headers, body)

    def _signature(self, method, path, query, headers, body):
        length = str(len(body)) if body else ""
        standard = ["", "", length, "", headers.get("Content-Type", ""), "", "", "", "", "", ""]
        own = [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms-")]
        resource = f"/{self._account}{urlsplit(self._address).path}{path}"
        asked = [f"{name}:{query[name]}" for name in sorted(query)]
        text = "\n".join([method, *standard, *own, resource, *asked])
        signed = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return f"SharedKey {self._account}:{base64.b64encode(signed).decode()}"
