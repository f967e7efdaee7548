"""Damage to head, lots, settings, purchases and markers: the rows that can be rebuilt from pages."""

from collections.abc import Callable

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.rows import increased

HEAD = "a:head"
CHARGING = '{"state":"charging","sequence":1,"payment":"pi_1"}'
FUTURE_LOT = "h:lot:99991231235959000000-aaaaaaaaaa"


def _head(**values: object) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.change(HEAD, **values)


def _more_in(prefix: str, name: str, by: int) -> Callable[[ScenarioRows], None]:
    """Add *by* to the property *name* of the first row under *prefix*."""

    def apply(scenario: ScenarioRows) -> None:
        key = scenario.ledger.keys(prefix)[0]
        scenario.ledger.change(key, **{name: increased(scenario.ledger.get(key)[name], by)})

    return apply


def _with_first(prefix: str, **values: object) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.change(scenario.ledger.keys(prefix)[0], **values)


def _lost(prefix: str) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.delete(scenario.ledger.keys(prefix)[0])


def _copied(prefix: str, key: str) -> Callable[[ScenarioRows], None]:
    """Add a row with the values of the first one under *prefix*."""
    return lambda scenario: scenario.ledger.put(key, scenario.ledger.get(scenario.ledger.keys(prefix)[0]))


def _of_the_other(scenario: ScenarioRows) -> None:
    """Replace this tenant's working set with the other tenant's."""
    for key in scenario.other.keys("a:head"):
        scenario.ledger.put(key, scenario.other.get(key))


def _rolled_back(scenario: ScenarioRows) -> None:
    """Replace the working set with that of an older backup, complete and consistent."""
    scenario.ledger.delete(*scenario.ledger.keys("a:"))
    for row in scenario.earlier:
        scenario.ledger.put(row["RowKey"], row)


def _both_sides(scenario: ScenarioRows) -> None:
    """Copy an open lot's row to the closed lots."""
    key = scenario.ledger.keys("a:lot:")[0]
    scenario.ledger.put(key.replace("a:", "h:", 1), scenario.ledger.get(key))


def _in_settings(old: str, new: str) -> Callable[[ScenarioRows], None]:
    """Replace *old* with *new* in the text of the settings."""

    def apply(scenario: ScenarioRows) -> None:
        text = scenario.ledger.get("a:settings")["settings"]
        assert old in text
        scenario.ledger.change("a:settings", settings=text.replace(old, new))

    return apply


def _larger(prefix: str) -> Callable[[ScenarioRows], None]:
    """Change the amount of the first purchase under *prefix*."""

    def apply(scenario: ScenarioRows) -> None:
        key = scenario.ledger.keys(prefix)[0]
        scenario.ledger.change(key, intent=scenario.ledger.get(key)["intent"].replace("50000000", "90000000"))

    return apply


def _extra_intent(scenario: ScenarioRows) -> None:
    row = scenario.ledger.get(scenario.ledger.keys("h:intent:")[0])
    name = "20260101000000000000-aaaaaaaaaa"
    old = row["RowKey"].removeprefix("h:intent:")
    scenario.ledger.put(f"h:intent:{name}", {**row, "intent": row["intent"].replace(old, name)})


def _future_marker(scenario: ScenarioRows) -> None:
    row = scenario.ledger.get(scenario.ledger.keys("m:")[0])
    scenario.ledger.put(f"m:{'f' * 48}", {**row, "page": increased(row["page"], 10**6)})


def _unknown_row(scenario: ScenarioRows) -> None:
    scenario.ledger.put("z:1", {"a": "b"})


def _extra_outbox(scenario: ScenarioRows) -> None:
    scenario.ledger.put("o:000000000001.000", {"queue": "notices", "text": "{}"})


BOOKS = (
    Damage("the head says more remaining", Invariant.HEAD, _more_in(HEAD, "remaining", 1)),
    Damage("the head says something held", Invariant.HEAD, _more_in(HEAD, "held", 1)),
    Damage("the head says overdraft", Invariant.CHAIN, _more_in(HEAD, "overdraft", 1)),
    Damage("the head says something accrued", Invariant.CHAIN, _more_in(HEAD, "accrued", 1)),
    Damage("the head is a page ahead", Invariant.CHAIN, _more_in(HEAD, "sequence", 1)),
    Damage("the head is a page behind", Invariant.CHAIN, _more_in(HEAD, "sequence", -1)),
    Damage("the head's hash is another", Invariant.CHAIN, _head(chain="0" * 64)),
    Damage("the head's time is another", Invariant.CHAIN, _head(at="2030-01-01T00:00:00Z")),
    Damage("the head's alarm is later", Invariant.WAITING, _head(nextAlarm="2099-01-01T00:00:00Z")),
    Damage("the head's alarm is gone", Invariant.WAITING, _head(nextAlarm="")),
    Damage("the head has recharged less", Invariant.CHAIN, _head(rechargedMonth="")),
    Damage("the head knows of zero", Invariant.CHAIN, _head(zeroTold=True)),
    Damage(
        "the head's slot is charging", Invariant.CHAIN, _head(slot='{"state":"charging","sequence":1,"payment":"pi_1"}')
    ),
    Damage("the head is lost", Invariant.CHAIN, _lost(HEAD)),
    Damage("the head is the other tenant's", Invariant.TENANT, _of_the_other),
    Damage("the working set is an older backup's", Invariant.CHAIN, _rolled_back),
    Damage("a lot has more left", Invariant.HEAD, _more_in("a:lot:", "remaining", 1)),
    Damage("a lot was larger", Invariant.HEAD, _more_in("a:lot:", "original", 1)),
    Damage("a lot is pinned", Invariant.HEAD, _more_in("a:lot:", "pinned", 1)),
    Damage("a lot expires later", Invariant.HEAD, _with_first("a:lot:", expiresAt="2099-01-01T00:00:00Z")),
    Damage("a lot has another payment", Invariant.HEAD, _with_first("a:lot:", payment="pi_other")),
    Damage("a lot is spent first", Invariant.HEAD, _more_in("a:lot:", "priority", -1)),
    Damage("a lot is lost", Invariant.HEAD, _lost("a:lot:")),
    Damage("a lot too many", Invariant.HEAD, _copied("a:lot:", "a:lot:20260101000000000000-aaaaaaaaaa")),
    Damage("a closed lot has something left", Invariant.LOT, _more_in("h:lot:", "remaining", 1)),
    Damage("a closed lot was larger", Invariant.LOT, _more_in("h:lot:", "original", 1)),
    Damage("a closed lot is lost", Invariant.LOT, _lost("h:lot:")),
    Damage("a closed lot too many", Invariant.LOT, _copied("h:lot:", "h:lot:20260101000000000000-aaaaaaaaaa")),
    Damage("a closed lot of the future", Invariant.LOT, _copied("h:lot:", FUTURE_LOT)),
    Damage("a lot is both open and closed", Invariant.LOT, _both_sides),
    Damage("an administrator's address is another", Invariant.CHAIN, _in_settings("ann@", "eve@")),
    Damage("an administrator's role is another", Invariant.CHAIN, _in_settings('"billing"', '"global"')),
    Damage(
        "the salt of the digest is another",
        Invariant.CHAIN,
        _in_settings('administrators_salt":"', 'administrators_salt":"0'),
    ),
    Damage("the settings are lost", Invariant.CHAIN, _lost("a:settings")),
    Damage("a purchase under way is lost", Invariant.CHAIN, _lost("a:intent:")),
    Damage("a purchase under way is larger", Invariant.CHAIN, _larger("a:intent:")),
    Damage("a purchase that ended is lost", Invariant.CHAIN, _lost("h:intent:")),
    Damage("a purchase that ended was larger", Invariant.CHAIN, _larger("h:intent:")),
    Damage("a purchase too many", Invariant.CHAIN, _extra_intent),
    Damage("a marker is lost", Invariant.ONCE, _lost("m:")),
    Damage("a marker has other content", Invariant.ONCE, _with_first("m:", content="0" * 48)),
    Damage("a marker says suspended", Invariant.ONCE, _with_first("m:", kind="conflict")),
    Damage("a marker names another page", Invariant.ONCE, _more_in("m:", "page", 1)),
    Damage("a marker names another movement", Invariant.ONCE, _more_in("m:", "movement", 1)),
    Damage("a marker too many", Invariant.ONCE, _copied("m:", f"m:{'0' * 48}")),
    Damage("a marker of a page to come", Invariant.ONCE, _future_marker),
    Damage("a row of no known kind", Invariant.TENANT, _unknown_row),
    Damage("an outbox row too many", Invariant.WAITING, _extra_outbox),
)
