"""The rate card with which a local service starts, published through the API as an operator publishes one."""

from pathlib import Path

import httpx

from local.machine.child_processes import ChildError
from local.machine.machine import Machine
from local.machine.paths import ROOT

SAMPLE = ROOT / "local" / "sample" / "rates.csv"
CARD, VALID_FROM, CURRENCY = "default", "2020-01-01T00:00:00Z", "USD"
OPERATOR = "00000000-0000-4000-8000-000000000000"
"""The tenant in the operators' token; operators may act for any account."""

PUBLISH_SECONDS = 60


def publish_sample_card(machine: Machine) -> None:
    """Publish the sample as version 2020 of the card `default` unless that version is there; ChildError."""
    publish_card(machine, CARD, CURRENCY, SAMPLE)


def publish_card(machine: Machine, card: str, currency: str, file: Path) -> None:
    """Publish *file* as version 2020 of *card* unless that version is there; ChildError."""
    with httpx.Client(
        base_url=f"{machine.http}/api/v1",
        headers=machine.bearer(OPERATOR, "Credits.Read", "Credits.Operate"),
        timeout=PUBLISH_SECONDS,
        trust_env=False,
    ) as service:
        found = service.get("/rate-cards", params={"limit": 1000})
        if found.is_success and any(
            (item["card"], item["validFrom"]) == (card, VALID_FROM) for item in found.json()["items"]
        ):
            return
        answer = service.put(
            f"/rate-cards/{card}/versions/{VALID_FROM}",
            params={"currency": currency},
            content=file.read_bytes(),
            headers={"Content-Type": "text/csv"},
        )
    if not answer.is_success:
        raise ChildError(f"the rate card {card} was not published: {answer.status_code} {answer.text[:500]}")
