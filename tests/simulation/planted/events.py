"""Bugs in usage, suspense and corrections."""

import asyncio
import uuid
from typing import Any

from shared.ports import Suspended
from shared.posting.decision import Event
from shared.service.services import Services
from shared.use_cases.suspense import replay_suspended
from shared.use_cases.usage import record_items
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.record_items import Recorded
from tests.simulation.planted.bug import Bug, Patch


def _acknowledged_first() -> list[Patch]:
    started: list[Any] = []
    real = record_items._process_all

    async def start(*arguments: Any) -> list[Recorded]:
        started.append(asyncio.ensure_future(real(*arguments)))
        return []

    return [(record_items, "_process_all", start)]


def _conflict_ignored() -> list[Patch]:
    async def nothing(*_arguments: Any) -> None:
        return

    return [(record_items, "_handle_settled", nothing)]


def _poison_without_marker() -> list[Patch]:
    async def bury(services: Services, item: Named, _terms: object) -> Recorded:
        name = f"{services.clock.now():%Y%m%d%H%M%S%f}-{uuid.uuid4().hex[:16]}"
        await services.suspense.put(
            Suspended(
                id=name,
                reason="poison",
                detail="every try to book it failed",
                received_at=services.clock.now(),
                message=item.text,
                account=item.account,
                source=item.source,
                event=item.id,
            )
        )
        return record_items.DUPLICATE

    return [(record_items, "_suspend_poison", bury)]


def _replayed_under_any_name() -> list[Patch]:
    renamed = Named.renamed

    def fresh(self: Named, *suffix: str) -> Event:
        return renamed(self, *suffix, uuid.uuid4().hex) if replay_suspended.REPLAY in suffix else renamed(self, *suffix)

    return [(Named, "renamed", fresh)]


BUGS = (
    Bug("acknowledged first", "a message is deleted before its events are committed", "debits", 5, _acknowledged_first),
    Bug("conflict ignored", "an event with other content and a known id is dropped", "debits", 20, _conflict_ignored),
    Bug("poison without marker", "poison is suspended without a marker", "debits", 150, _poison_without_marker),
    Bug("replayed under any name", "each replay books the event again", "suspense", 20, _replayed_under_any_name),
)
