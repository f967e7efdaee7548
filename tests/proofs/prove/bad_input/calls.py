"""Events that are well made, and cannot be booked all the same."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import uuid4

from local.demo.independent_rating import PublishedCard
from shared.kernel.times import instant_text
from tests.proofs.prove.bad_input.cases import ABSENT, Case, Changes, Maker, canonical, shown
from tests.proofs.prove.bad_input.fields import NO_CALLERS


def times(maker: Maker) -> Iterator[Case]:
    """Too long, too early, too late."""
    for seconds in (86_401, 90_000, 2**31 - 1):
        yield maker.case("too_long", f"{seconds} s", {"durationSeconds": seconds})
    for days, what in ((-1, "tomorrow"), (-400, "in a year")):
        yield maker.case("in_the_future", f"begins {what}", {"startedAt": maker.ago(days=days)})
    yield maker.case("in_the_future", "begins in six minutes", {"startedAt": maker.ago(minutes=-6)})
    yield maker.case("in_the_future", "begins in the year 9999", {"startedAt": "9999-12-31T23:59:59Z"})
    for days in (93, 400):
        yield maker.case("before_account", f"began {days} days ago", {"startedAt": maker.ago(days=days)})
    yield maker.case("before_account", "began in the year 1", {"startedAt": "0001-01-01T00:00:00Z"})


def strangers(maker: Maker) -> Iterator[Case]:
    """Accounts that nobody has opened."""
    for account in (str(uuid4()), str(uuid4()).upper(), "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        yield maker.case("unknown_account", account, {"account": account})


def unrated(maker: Maker, card: PublishedCard, without_card: str) -> Iterator[Case]:
    """Numbers that the card does not reach, and an account whose card was never published."""
    yield maker.case("no_rate", "a country without a price", {"called": card.unrated_number()})
    for short in ("611", "118118", "10"):
        yield maker.case("no_rate", f"the short number {short}", {"called": short})
    yield maker.case("no_rate", "no such rate card", {"account": without_card})
    for masked in (card.undecided_number(), "+1**********", "+4*********"):
        yield maker.case("masked_number", masked, {"called": masked})


def conflicts(maker: Maker) -> Iterator[Case]:
    """The same source and id twice: the first is booked, the other says something else."""
    changes: Mapping[str, Changes] = {
        "another duration": {"durationSeconds": 61},
        "another number": {"called": "+442079460124"},
        "another user": {"user": "user-2"},
        "another time": {"startedAt": maker.ago(hours=3)},
        "another direction": {"direction": "in"},
        "a leg": {"leg": "leg-1"},
        "a capability": {"capability": "MCOPSTN1"},
        "a usage location": {"usageLocation": "GB"},
        "a broken field": {"durationSeconds": "long"},
    }
    for what, change in changes.items():
        name = maker.name()
        first, other = json.dumps(maker.event(name)), json.dumps(maker.event(name, change))
        yield Case(f"the same id with {what}", other, {name: "conflict"}, good=(name,), before=first)


def crowds(maker: Maker) -> Iterator[Case]:
    """One good event among many bad ones, in every kind of wrapping."""
    names = [maker.name() for _ in range(8)]
    good, *wrong = names
    events = [maker.event(good), *(maker.event(name, {"durationSeconds": "x"}) for name in wrong)]
    yield Case(
        "one good event among bad ones", json.dumps(events[::-1]), dict.fromkeys(wrong, "invalid_field"), (good,)
    )
    other, bad = maker.name(), maker.name()
    inside = [maker.event("inside an array")]
    mixed = [maker.event(other), 5.25, maker.event(bad, {"called": "+44"}), inside]
    kept = {"5.25": "not_cloudevents", bad: "invalid_field", canonical(inside): "not_cloudevents"}
    text = b64encode(json.dumps(mixed).encode()).decode()
    yield Case("a good event, a number, an array, in base64", text, kept, (other,))
    many = [1_000 + number for number in range(2_000)]
    kept = {canonical(number): "not_cloudevents" for number in many}
    yield Case("2,000 small elements", json.dumps(many), kept)
    full = maker.name()
    padded = json.dumps(maker.event(full, {"durationSeconds": [], "note": "é" * 31_000}), ensure_ascii=False)
    yield Case("64 KiB of a bad event, with e-mails of two bytes", padded, {full: "invalid_field"})


def welcome(maker: Maker) -> Iterator[Case]:
    """Strange, and good: to be booked like any other."""
    for strange in _STRANGE:
        name = maker.name() + strange
        yield _good(f"the id {ascii(strange)[:30]}", name, maker.event(name))
    name = maker.name()
    data = b64encode(json.dumps(maker.event(name)["data"]).encode()).decode()
    yield _good("data in base64", name, maker.event(name, around={"data": ABSENT, "data_base64": data}))
    name = maker.name()
    yield _good("fields nobody knows", name, maker.event(name, {"extra": {"a": [1]}}, {"time": 5, "x": "y"}))
    name = maker.name()
    yield _good("the account in capitals", name, maker.event(name, {"account": maker.account.upper()}))
    name = maker.name()
    yield _good("64 KiB of a good event", name, maker.event(name, {"note": "x" * 64_000}))
    name = maker.name()
    yield Case("a byte order mark", "\ufeff" + json.dumps(maker.event(name)), {}, (name,))
    for value in NO_CALLERS:
        name = maker.name()
        yield _good(f"calling: {shown(value)}", name, maker.event(name, {"calling": value}))
    for seconds in ("60.0", "6e1", "6.0E+1"):
        name = maker.name()
        yield Case(f"{seconds} s", json.dumps(maker.event(name)).replace(": 60", f": {seconds}"), {}, (name,))
    name = maker.name()
    huge = json.dumps(maker.event(name, {"more": 1})).replace('"more": 1', '"more": 1e999')
    yield Case("a number beyond a float, in a field nobody knows", huge, {}, (name,))
    for called, country in (("+911", "US"), ("+112", "DE"), ("+1911", "US")):
        name = maker.name()
        event = maker.event(name, {"called": called, "usageLocation": country})
        yield Case(f"{called} in {country}", json.dumps(event), {}, (name,), free=(name,))
    name, midnight = maker.name(), maker.now.replace(hour=0, minute=0, second=0, microsecond=0)
    before = instant_text(midnight - timedelta(seconds=1)).replace("59Z", "60Z")
    yield _good("a leap second", name, maker.event(name, {"startedAt": before}))
    yield Case("a batch of nothing", "[]", {})
    names = [maker.name() for _ in range(150)]
    yield Case("150 good events", json.dumps([maker.event(each) for each in names]), {}, tuple(names))


def _good(what: str, name: str, event: object) -> Case:
    return Case(what, json.dumps(event), {}, (name,))


_STRANGE = (
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
