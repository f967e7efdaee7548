"""A stand-in for Application Insights: receives what its exporter sends over HTTP, and stores it."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

KEY = "00000000-0000-0000-0000-000000000001"


class Ingestion(ThreadingHTTPServer):
    """*items* are the received telemetry items of every kind."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.items: list[dict[str, Any]] = []

    @property
    def connection_string(self) -> str:
        return f"InstrumentationKey={KEY};IngestionEndpoint=http://127.0.0.1:{self.server_port}/"

    def kind(self, name: str) -> list[dict[str, Any]]:
        """The items of one kind, such as `Request` or `Metric`."""
        return [item for item in self.items if item["data"]["baseType"] == f"{name}Data"]

    def metrics(self) -> dict[tuple[str, ...], float]:
        """Sums by (name, property ...)."""
        found: dict[tuple[str, ...], float] = {}
        for item in self.kind("Metric"):
            data = item["data"]["baseData"]
            name = (data["metrics"][0]["name"], *data["properties"].values())
            found[name] = found.get(name, 0) + data["metrics"][0]["value"]
        return found


class _Answers(BaseHTTPRequestHandler):
    server: Ingestion

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        items = json.loads(body)
        self.server.items += items
        answer = json.dumps({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface's
        """Log nothing."""


@contextmanager
def ingestion() -> Iterator[Ingestion]:
    """Yield a stand-in that receives telemetry inside the block."""
    with Ingestion() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
