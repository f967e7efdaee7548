"""Damage to the other tables: alarms, suspense, the register of accounts."""

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.rows import ACCOUNTS, ALARMS, SUSPENSE
from tests.proofs.prove.corruption.scenario import NOBODY


def _alarm(scenario: ScenarioRows) -> tuple[str, str]:
    """Partition and key of the main account's alarm."""
    account = scenario.ledger.account
    return next(
        (shard, key) for shard in "0123456789abcdef" for key in scenario.rows.keys(ALARMS, shard, "") if account in key
    )


def _alarm_lost(scenario: ScenarioRows) -> None:
    scenario.rows.delete(ALARMS, *_alarm(scenario))


def _alarm_late(scenario: ScenarioRows) -> None:
    shard, key = _alarm(scenario)
    row = scenario.rows.get(ALARMS, shard, key)
    scenario.rows.delete(ALARMS, shard, key)
    scenario.rows.put(ALARMS, {**row, "RowKey": f"2099-01-01T00:00:00Z|{scenario.ledger.account}"})


def _suspended(scenario: ScenarioRows, account: str, reason: str = "unknown_account") -> dict[str, object]:
    """A suspense item of *account*."""
    rows = (scenario.rows.get(SUSPENSE, "items", key) for key in scenario.rows.keys(SUSPENSE, "items", ""))
    return next(row for row in rows if (row["account"], row["reason"]) == (account, reason))


def _item_lost(scenario: ScenarioRows) -> None:
    scenario.rows.delete(SUSPENSE, "items", str(_suspended(scenario, scenario.ledger.account, "too_long")["RowKey"]))


def _item_of_nobody_lost(scenario: ScenarioRows) -> None:
    scenario.rows.delete(SUSPENSE, "items", str(_suspended(scenario, NOBODY)["RowKey"]))


def _item_done(scenario: ScenarioRows) -> None:
    """Mark an item as replayed, although nothing was booked."""
    scenario.rows.put(SUSPENSE, {**_suspended(scenario, NOBODY), "state": "replayed"})


def _item_accepted(scenario: ScenarioRows) -> None:
    scenario.rows.put(SUSPENSE, {**_suspended(scenario, scenario.ledger.account, "too_long"), "state": "accepted"})


def _item_altered(scenario: ScenarioRows) -> None:
    """Change an item's message, so that a replay would book another call."""
    row = _suspended(scenario, scenario.ledger.account, "too_long")
    scenario.rows.put(SUSPENSE, {**row, "message0": str(row["message0"]).replace("90000", "60")})


def _item_of_another(scenario: ScenarioRows) -> None:
    row = _suspended(scenario, NOBODY)
    scenario.rows.put(SUSPENSE, {**row, "message0": str(row["message0"]).replace(NOBODY, scenario.ledger.account)})


def _unregistered(scenario: ScenarioRows) -> None:
    """Remove the account from the register, so that a nightly audit would skip it."""
    for place in {where for table, where, _ in scenario.rows.places if table == ACCOUNTS}:
        for key in scenario.rows.keys(ACCOUNTS, place, ""):
            if scenario.ledger.account in (key, place):
                scenario.rows.delete(ACCOUNTS, place, key)


OTHER_TABLES = (
    Damage("the alarm is lost", Invariant.WAITING, _alarm_lost),
    Damage("the alarm is late", Invariant.WAITING, _alarm_late),
    Damage("an item in suspense is lost", Invariant.WAITING, _item_lost),
    Damage("an item of an unknown account is lost", Invariant.WAITING, _item_of_nobody_lost),
    Damage("an item says replayed, and is not booked", Invariant.WAITING, _item_done),
    Damage("an item says accepted, and is not booked", Invariant.WAITING, _item_accepted),
    Damage("an item's call is shorter", Invariant.WAITING, _item_altered),
    Damage("an item names another account", Invariant.WAITING, _item_of_another),
    Damage("the account is not in the register", Invariant.TENANT, _unregistered),
)
