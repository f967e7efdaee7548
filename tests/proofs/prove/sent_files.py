"""Files of usage, sent over HTTP as telephony systems send them."""

from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from local.commands.sample_card import SAMPLE
from tests.proofs.prove.http_client import HttpClient

NOT_FOUND = 404
POLL_SECONDS = 0.1
STUCK_SECONDS = 120.0

COUNTED = ("state", "read", "booked", "duplicate", "suspended", "ignored", "reasons")


class FileSender:
    """Sends files as an operator."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def publish_card(self, valid_from: str) -> None:
        """Publish the sample card from an instant on."""
        path, text = f"/rate-cards/default/versions/{valid_from}", {"Content-Type": "text/csv"}
        more: dict[str, Any] = {"params": {"currency": "USD"}, "content": SAMPLE.read_bytes(), "headers": text}
        self._client.operate("PUT", path, **more).raise_for_status()

    def profile(self, form: str, profile: Mapping[str, Any]) -> str:
        """Store a profile, and give its name."""
        name = f"p-{uuid4()}"
        self._client.operate("PUT", f"/usage-profiles/{name}", json={"format": form, **profile}).raise_for_status()
        return name

    def sent(self, content: bytes, form: str, account: str, profile: str | None = None) -> dict[str, Any]:
        """Send a file, and give its receipt when it is read."""
        query = {"format": form, "account": account, **({"profile": profile} if profile else {})}
        answer = self._client.operate("POST", "/usage", params=query, content=content).raise_for_status()
        return self.ended(answer.json()["receipt"])

    def ended(self, receipt: str, seconds: float = STUCK_SECONDS) -> dict[str, Any]:
        """The receipt, once the file is read or has failed; TimeoutError when that takes more than *seconds*."""
        return self._until(receipt, seconds, lambda shown: shown["state"] in {"done", "failed"})

    def read_until(self, receipt: str, records: int, seconds: float) -> dict[str, Any]:
        """The receipt, once so many records are read or the file has ended; TimeoutError as in `ended`."""
        return self._until(receipt, seconds, lambda shown: shown["read"] >= records or shown["state"] == "failed")

    def _until(self, receipt: str, seconds: float, is_enough: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
        latest = monotonic() + seconds
        shown: dict[str, Any] = {}
        while True:
            answer = self._client.operate("GET", f"/usage/{receipt}")
            if answer.status_code != NOT_FOUND:  # an announced file has its receipt once the queue has delivered it
                shown = answer.raise_for_status().json()
                if is_enough(shown):
                    return shown
            if monotonic() > latest:
                raise TimeoutError(f"the file {receipt} is not read: {shown}")
            sleep(POLL_SECONDS)

    @staticmethod
    def counts(shown: Mapping[str, Any]) -> dict[str, Any]:
        """The counts of a receipt that are not zero, and its state."""
        return {name: shown[name] for name in COUNTED if shown[name]}
