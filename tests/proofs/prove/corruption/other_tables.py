"""Damage to the tables beside the ledger: alarms, suspense, the register of accounts."""

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, Scene
from tests.proofs.prove.corruption.rows import ACCOUNTS, ALARMS, SUSPENSE
from tests.proofs.prove.corruption.scenario import NOBODY


def _alarm(scene: Scene) -> tuple[str, str]:
    """Where the rich account's alarm stands."""
    account = scene.ledger.account
    return next(
        (shard, key) for shard in "0123456789abcdef" for key in scene.rows.keys(ALARMS, shard, "") if account in key
    )


def _alarm_lost(scene: Scene) -> None:
    scene.rows.delete(ALARMS, *_alarm(scene))


def _alarm_late(scene: Scene) -> None:
    shard, key = _alarm(scene)
    row = scene.rows.get(ALARMS, shard, key)
    scene.rows.delete(ALARMS, shard, key)
    scene.rows.put(ALARMS, {**row, "RowKey": f"2099-01-01T00:00:00Z|{scene.ledger.account}"})


def _suspended(scene: Scene, account: str, reason: str = "unknown_account") -> dict[str, object]:
    """An item of *account*."""
    rows = (scene.rows.get(SUSPENSE, "items", key) for key in scene.rows.keys(SUSPENSE, "items", ""))
    return next(row for row in rows if (row["account"], row["reason"]) == (account, reason))


def _item_lost(scene: Scene) -> None:
    scene.rows.delete(SUSPENSE, "items", str(_suspended(scene, scene.ledger.account, "too_long")["RowKey"]))


def _item_of_nobody_lost(scene: Scene) -> None:
    scene.rows.delete(SUSPENSE, "items", str(_suspended(scene, NOBODY)["RowKey"]))


def _item_done(scene: Scene) -> None:
    """An item says replayed, and nothing was booked."""
    scene.rows.put(SUSPENSE, {**_suspended(scene, NOBODY), "state": "replayed"})


def _item_accepted(scene: Scene) -> None:
    scene.rows.put(SUSPENSE, {**_suspended(scene, scene.ledger.account, "too_long"), "state": "accepted"})


def _item_altered(scene: Scene) -> None:
    """An operator who replays it would book another call."""
    row = _suspended(scene, scene.ledger.account, "too_long")
    scene.rows.put(SUSPENSE, {**row, "message0": str(row["message0"]).replace("90000", "60")})


def _item_of_another(scene: Scene) -> None:
    row = _suspended(scene, NOBODY)
    scene.rows.put(SUSPENSE, {**row, "message0": str(row["message0"]).replace(NOBODY, scene.ledger.account)})


def _unregistered(scene: Scene) -> None:
    """The account is no longer in the register, so a night's audit would pass it over."""
    for place in {where for table, where, _ in scene.rows.places if table == ACCOUNTS}:
        for key in scene.rows.keys(ACCOUNTS, place, ""):
            if scene.ledger.account in (key, place):
                scene.rows.delete(ACCOUNTS, place, key)


BESIDE = (
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
