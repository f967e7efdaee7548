"""The `Deliveries` port on a table. It holds no address: only digests, by which an account's own addresses are found.

Partition = account: `n:<id>` the records, `b:<digest>` an address that cannot be reached.
Partition `message:<first two digits>`: what the delivery reports of a message are about.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from shared.kernel.ids import AccountId, digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Create,
    Delivery,
    DeliveryState,
    OutcomeUnknownError,
    Replace,
    Row,
    Table,
    UnavailableError,
    Upsert,
    Value,
    Write,
    WriteRefusedError,
)

RECORD, BOUNCED, END = "n:", "b:", "~"


class DeliveryTables:
    """Records by id, and what delivery reports are about."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def get(self, account: AccountId, name: str) -> Delivery | None:
        """See `Deliveries.get`."""
        row = await self._table.get(account, RECORD + name)
        return _delivery(row) if row else None

    async def put(self, account: AccountId, deliveries: Sequence[Delivery]) -> bool:
        """See `Deliveries.put`."""
        return await self._write(account, [_write(each) for each in deliveries])

    async def throttled(self, account: AccountId, readers: str) -> Sequence[Delivery]:
        """See `Deliveries.throttled`."""
        rows = (await self._table.range(account, RECORD, RECORD + END)).rows
        return [_delivery(row) for row in rows if row.values["readers"] == readers and row.values.get("notice")]

    async def expect(self, message: UUID, account: AccountId, names: Sequence[str], addresses: Sequence[str]) -> None:
        """See `Deliveries.expect`."""
        values: dict[str, Value] = {
            "account": account,
            "names": json.dumps(list(names)),
            "addresses": json.dumps([_hidden(account, address) for address in addresses]),
            "reported": "[]",
        }
        if await self._table.get(*_place(message)) is None:
            partition, key = _place(message)
            await self._write(partition, [Upsert(key, values)])

    async def report(self, message: UUID, address: str, *, is_delivered: bool) -> AccountId | None:
        """See `Deliveries.report`. The report is noted at the message before it is counted in the records: a crash
        between the two leaves a record as sent.
        """
        partition, key = _place(message)
        while (row := await self._table.get(partition, key)) is not None:
            account, reported = AccountId(str(row.values["account"])), json.loads(str(row.values["reported"]))
            hidden = _hidden(account, address)
            if hidden not in json.loads(str(row.values["addresses"])):
                return None
            if hidden in reported:
                return account
            noted = {**row.values, "reported": json.dumps([*reported, hidden])}
            if await self._write(partition, [Replace(key, noted, row.etag)]):
                for name in json.loads(str(row.values["names"])):
                    await self._count(account, name, is_delivered=is_delivered)
                return account
        return None

    async def _count(self, account: AccountId, name: str, *, is_delivered: bool) -> None:
        while (found := await self.get(account, name)) is not None:
            delivered, undelivered = found.delivered + is_delivered, found.undelivered + (not is_delivered)
            state = DeliveryState.DELIVERED if delivered >= found.recipients else DeliveryState.SENT
            state = DeliveryState.FAILED if undelivered else state
            if await self.put(account, [replace(found, delivered=delivered, undelivered=undelivered, state=state)]):
                return

    async def page(self, account: AccountId, after: str, limit: int, *, newest_first: bool) -> Sequence[Delivery]:
        """See `Deliveries.page`."""
        if newest_first:
            rows = (await self._table.range(account, RECORD, RECORD + (after or END))).rows
            return [_delivery(row) for row in reversed(rows[-limit:])]
        first = f"{RECORD}{after}\0" if after else RECORD
        return [_delivery(row) for row in (await self._table.range(account, first, RECORD + END, limit)).rows]

    async def suppress(self, account: AccountId, address: str, version: int) -> None:
        """See `Deliveries.suppress`."""
        await self._write(account, [Upsert(BOUNCED + _hidden(account, address), {"version": version})])

    async def suppressed(self, account: AccountId, addresses: Collection[str], version: int) -> frozenset[str]:
        """See `Deliveries.suppressed`."""
        rows = (await self._table.range(account, BOUNCED, BOUNCED + END)).rows
        bounced = {row.key.removeprefix(BOUNCED) for row in rows if row.values["version"] == version}
        return frozenset(address for address in addresses if _hidden(account, address) in bounced)

    async def _write(self, partition: str, writes: Sequence[Write]) -> bool:
        """Whether *writes* were applied; False when a row has changed meanwhile."""
        try:
            await self._table.transact(partition, writes)
        except WriteRefusedError:
            return False
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return True


def _place(message: UUID) -> tuple[str, str]:
    return f"message:{message.hex[:2]}", message.hex


def _hidden(account: AccountId, address: str) -> str:
    """A digest of *address*: mail servers take Ann@ and ann@ for one."""
    return digest("reader", account, address.lower())[:32]


def _write(delivery: Delivery) -> Write:
    key = RECORD + delivery.id
    return Replace(key, _values(delivery), delivery.etag) if delivery.etag else Create(key, _values(delivery))


def _values(delivery: Delivery) -> dict[str, Value]:
    """A record's row. What is empty is left out."""
    optional = {
        "notice": delivery.notice,
        "claimedUntil": instant_text(delivery.claimed_until) if delivery.claimed_until else "",
    }
    return {
        "kind": delivery.kind,
        "at": instant_text(delivery.at),
        "language": delivery.language,
        "readers": delivery.readers,
        "recipients": delivery.recipients,
        "state": delivery.state.value,
        "delivered": delivery.delivered,
        "undelivered": delivery.undelivered,
        **{name: value for name, value in optional.items() if value},
    }


def _delivery(row: Row) -> Delivery:
    values = row.values
    return Delivery(
        id=row.key.removeprefix(RECORD),
        kind=str(values["kind"]),
        at=parse_instant(str(values["at"])),
        language=str(values["language"]),
        readers=str(values["readers"]),
        recipients=int(values["recipients"]),
        state=DeliveryState(str(values["state"])),
        delivered=int(values["delivered"]),
        undelivered=int(values["undelivered"]),
        notice=str(values.get("notice", "")),
        claimed_until=parse_instant(str(values["claimedUntil"])) if "claimedUntil" in values else None,
        etag=row.etag,
    )
