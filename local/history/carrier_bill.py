"""A carrier's bill of the sample organisation's last full month: its calls, with the mistakes that bills have."""

import csv
from datetime import datetime, timedelta
from io import StringIO

from local.machine.service_client import Json, ServiceClient
from shared.kernel.times import instant_text

FORMAT = "csv"
TITLES = ("id", "direction", "service", "called", "user", "startedAt", "durationSeconds", "price", "currency")
UNKNOWN_NUMBER = "+442079460999"
MINUTE = 60

PLANTED = {"missing_here": 1, "missing_there": 2, "doubled": 1, "duration": 1, "price": 2}
"""How many differences of each class the bill has. Its longer call is dearer, too."""


def last_month(now: datetime) -> tuple[datetime, datetime]:
    """The first instant of the last full month before *now* (UTC), and the first one after it."""
    end = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (end - timedelta(days=1)).replace(day=1), end


def calls_of(service: ServiceClient, first: datetime, end: datetime) -> list[Json]:
    """The booked calls that started from *first* on and before *end*."""
    return service.all("calls", **{"from": instant_text(first), "to": instant_text(end)})


def bill(calls: list[Json]) -> bytes:
    """The bill of *calls*, of which at least six are charged: a CSV file with the differences of `PLANTED`."""
    rows = [_row(call) for call in calls]
    charged = [row for row, call in zip(rows, calls, strict=True) if float(call["amount"]["amount"])][:6]
    dearer, longer, doubled, *missing = charged[:5]
    strange = {**charged[5], "id": "unknown-1", "called": UNKNOWN_NUMBER}
    dearer["price"] = f"{float(dearer['price']) + 1:.6f}"
    longer["durationSeconds"] += MINUTE
    longer["price"] = f"{float(longer['price']) * 2:.6f}"
    billed = [row for row in rows if row not in missing]
    return _csv([*billed, doubled, strange])


def compare_bill(service: ServiceClient, now: datetime) -> Json:
    """Have the service compare the bill of the last month; what it answers at once."""
    first, end = last_month(now)
    period = {"from": instant_text(first), "to": instant_text(end)}
    return service.send_file("reconciliations", bill(calls_of(service, first, end)), format=FORMAT, **period)


def _row(call: Json) -> Json:
    return {
        "id": call["event"]["id"],
        "direction": call["direction"],
        "service": call["service"],
        "called": call["called"],
        "user": call["user"],
        "startedAt": call["startedAt"],
        "durationSeconds": call["seconds"],
        "price": call["amount"]["amount"],
        "currency": call["amount"]["currency"],
    }


def _csv(rows: list[Json]) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, TITLES)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
