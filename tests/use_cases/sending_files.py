"""Sends files of usage, and reads what became of them."""

from dataclasses import replace
from typing import Any

from shared.kernel.ids import AccountId
from shared.ports import Principal
from shared.service.operators import OPERATE
from shared.use_cases.imports.take_file import read_receipt, take_file
from tests.fakes.world import ACCOUNT, request

TITLES = "id,direction,service,called,user,startedAt,durationSeconds"


def row(name, called="+442079460123", start="2026-03-01T11:00:00Z", seconds=60):
    return f"{name},out,user,{called},ann,{start},{seconds}"


def csv(*rows):
    return "\n".join((TITLES, *rows, ""))


def by_operator(body="", query=None, **path):
    made = request(body="", query=query, **path)
    content = body.encode() if isinstance(body, str) else body
    operator = Principal(AccountId(ACCOUNT), frozenset({OPERATE}), "somebody")
    return replace(made, principal=operator, body=content)


async def send(world, body, form="csv", **query):
    query = {"format": form, "account": ACCOUNT, **query}
    reply = await take_file(world.services, by_operator(body, query))
    assert reply.status == 202
    shown: Any = reply.value
    return shown["receipt"]


async def receipt(world, name):
    shown: Any = (await read_receipt(world.services, by_operator(receipt=name))).value
    return shown


async def imported(world, body, form="csv", **query):
    name = await send(world, body, form, **query)
    await world.drain()
    return counts(await receipt(world, name))


def counts(shown):
    names = ("state", "read", "booked", "duplicate", "suspended", "ignored", "free", "reasons")
    assert shown["read"] == sum(shown[name] for name in ("booked", "duplicate", "suspended", "ignored"))
    return {name: shown[name] for name in names if shown[name]}
