"""Well-formed events that cannot be booked, and unusual ones that can."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import uuid4

from local.demo.independent_rating import PublishedCard
from shared.kernel.times import instant_text
from tests.proofs.prove.bad_input.cases import ABSENT, Case, Changes, EventFactory, canonical, shown
from tests.proofs.prove.bad_input.fields import INVALID_CALLERS


def invalid_times(events: EventFactory) -> Iterator[Case]:
    """Calls that are too long, in the future, or before the account was opened."""
    for seconds in (86_401, 90_000, 2**31 - 1, 2**31, 2**63, 10**30, float("1e300")):
        yield events.case("too_long", f"{seconds} s", {"durationSeconds": seconds})
    for days, what in ((-1, "tomorrow"), (-400, "in a year")):
        yield events.case("in_the_future", f"begins {what}", {"startedAt": events.ago(days=days)})
    yield events.case("in_the_future", "begins in six minutes", {"startedAt": events.ago(minutes=-6)})
    yield events.case("in_the_future", "begins in the year 9999", {"startedAt": "9999-12-31T23:59:59Z"})
    for days in (93, 400):
        yield events.case("before_account", f"began {days} days ago", {"startedAt": events.ago(days=days)})
    yield events.case("before_account", "began in the year 1", {"startedAt": "0001-01-01T00:00:00Z"})


def unknown_accounts(events: EventFactory) -> Iterator[Case]:
    """Calls of accounts that do not exist."""
    for account in (str(uuid4()), str(uuid4()).upper(), "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        yield events.case("unknown_account", account, {"account": account})


def unrated(events: EventFactory, card: PublishedCard, without_card: str) -> Iterator[Case]:
    """Numbers without a rate on the card, and an account whose card has no version in force."""
    yield events.case("no_rate", "a country without a price", {"called": card.unrated_number()})
    for short in ("611", "118118", "10"):
        yield events.case("no_rate", f"the short number {short}", {"called": short})
    yield events.case("no_rate", "no such rate card", {"account": without_card})
    for masked in (card.ambiguous_number(), "+1**********", "+4*********"):
        yield events.case("masked_number", masked, {"called": masked})


def conflicts(events: EventFactory) -> Iterator[Case]:
    """The same source and id twice: the first is booked, the second has other content."""
    changes: Mapping[str, Changes] = {
        "another duration": {"durationSeconds": 61},
        "another number": {"called": "+442079460124"},
        "another user": {"user": "user-2"},
        "another time": {"startedAt": events.ago(hours=3)},
        "another direction": {"direction": "in"},
        "a leg": {"leg": "leg-1"},
        "a capability": {"capability": "MCOPSTN1"},
        "a usage location": {"usageLocation": "GB"},
        "a broken field": {"durationSeconds": "long"},
    }
    for what, change in changes.items():
        name = events.name()
        first, other = json.dumps(events.event(name)), json.dumps(events.event(name, change))
        yield Case(f"the same id with {what}", other, {name: "conflict"}, good=(name,), before=first)


def mixed_messages(events: EventFactory) -> Iterator[Case]:
    """Valid events among many invalid ones, in every kind of message."""
    names = [events.name() for _ in range(8)]
    good, *wrong = names
    elements = [events.event(good), *(events.event(name, {"durationSeconds": "x"}) for name in wrong)]
    yield Case(
        "one valid event among invalid ones", json.dumps(elements[::-1]), dict.fromkeys(wrong, "invalid_field"), (good,)
    )
    other, bad = events.name(), events.name()
    inside = [events.event("inside an array")]
    mixed = [events.event(other), 5.25, events.event(bad, {"called": "+44"}), inside]
    kept = {"5.25": "not_cloudevents", bad: "invalid_field", canonical(inside): "not_cloudevents"}
    text = b64encode(json.dumps(mixed).encode()).decode()
    yield Case("a valid event, a number and an array, in base64", text, kept, (other,))
    many = [1_000 + number for number in range(2_000)]
    kept = {canonical(number): "not_cloudevents" for number in many}
    yield Case("2,000 small elements", json.dumps(many), kept)
    full = events.name()
    padded = json.dumps(events.event(full, {"durationSeconds": [], "note": "é" * 31_000}), ensure_ascii=False)
    yield Case("an invalid event of 64 KiB, with characters of two bytes", padded, {full: "invalid_field"})


def unusual_but_valid(events: EventFactory) -> Iterator[Case]:
    """Unusual, but valid events, which must be booked."""
    for strange in _UNUSUAL_IDS:
        name = events.name() + strange
        yield _good(f"the id {ascii(strange)[:30]}", name, events.event(name))
    name = events.name()
    data = b64encode(json.dumps(events.event(name)["data"]).encode()).decode()
    yield _good("data in base64", name, events.event(name, around={"data": ABSENT, "data_base64": data}))
    name = events.name()
    yield _good("unknown fields", name, events.event(name, {"extra": {"a": [1]}}, {"time": 5, "x": "y"}))
    name = events.name()
    yield _good("the account in capitals", name, events.event(name, {"account": events.account.upper()}))
    name = events.name()
    yield _good("a valid event of 64 KiB", name, events.event(name, {"note": "x" * 64_000}))
    name = events.name()
    yield Case("a byte order mark", "\ufeff" + json.dumps(events.event(name)), {}, (name,))
    for value in INVALID_CALLERS:
        name = events.name()
        yield _good(f"calling: {shown(value)}", name, events.event(name, {"calling": value}))
    for seconds in ("60.0", "6e1", "6.0E+1"):
        name = events.name()
        yield Case(f"{seconds} s", json.dumps(events.event(name)).replace(": 60", f": {seconds}"), {}, (name,))
    name = events.name()
    huge = json.dumps(events.event(name, {"more": 1})).replace('"more": 1', '"more": 1e999')
    yield Case("a number beyond the range of a float in an unknown field", huge, {}, (name,))
    for called, country in (("+911", "US"), ("+112", "DE"), ("+1911", "US")):
        name = events.name()
        event = events.event(name, {"called": called, "usageLocation": country})
        yield Case(f"{called} in {country}", json.dumps(event), {}, (name,), free=(name,))
    name, midnight = events.name(), events.now.replace(hour=0, minute=0, second=0, microsecond=0)
    before = instant_text(midnight - timedelta(seconds=1)).replace("59Z", "60Z")
    yield _good("a leap second", name, events.event(name, {"startedAt": before}))
    yield Case("an empty batch", "[]", {})
    names = [events.name() for _ in range(150)]
    yield Case("150 valid events", json.dumps([events.event(each) for each in names]), {}, tuple(names))


def _good(what: str, name: str, event: object) -> Case:
    return Case(what, json.dumps(event), {}, (name,))


_UNUSUAL_IDS = (
    "' or 1 eq 1",
    "a/b\\c#d?e%f",
    "\ud800",
    "\u0000",
    "\r\n",
    "😀",
    "\u202e",
    " ",
    "#r1",
    "|~:;",
    "x" * 240,
)
