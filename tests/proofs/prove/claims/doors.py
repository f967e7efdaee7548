"""doors: every kind of token against every route; who may not enter learns nothing, not even who is there."""

import argparse
from random import Random
from typing import Any

import httpx

from local.machine.machine import Machine
from tests.proofs.prove.authorisation.callers import OPERATE, READ, Caller, callers
from tests.proofs.prove.authorisation.issuer import TenantsIssuer, running_issuer
from tests.proofs.prove.authorisation.routes import Door, doors
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence

SECONDS = 30.0
CARD = b"""Destination Name,Destination Type,Country,Prefix,Price / min
United Kingdom,mixed,GB,44,0.01
"""
NOT_LET_IN = {401, 403, 429}


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Two tenants with an account each; only one of them operates the service."""
    evidence, dice = Evidence(), Random(0)
    operator, customer, nobody = (new_account(dice) for _ in range(3))
    with running_issuer() as issuer:
        settings = {"Tokens__issuer": issuer.setting, "Tokens__operatorTenants": operator}
        with (
            Machine.start(None, settings=settings) as machine,
            httpx.Client(base_url=f"{machine.http}/api", timeout=SECONDS, trust_env=False) as client,
        ):
            _open(client, issuer, operator, [operator, customer])
            before = _seen(client, issuer, operator, customer)
            knocking = list(callers(issuer, operator, customer))
            known = doors()
            for door in known:
                wrong = len(evidence.wrong)
                for caller in knocking:
                    _knock(evidence, client, door, caller, [operator, customer, nobody])
                print(f"  {'ok   ' if wrong == len(evidence.wrong) else 'WRONG'} {door.method:<6} {door.route}")
            evidence.same("accounts and rate cards", _seen(client, issuer, operator, customer), before)
    pairs = len(knocking) * len(known)
    words = f"{pairs} pairs of a token and a route answered as they must: {len(knocking)} tokens, {len(known)} routes"
    return evidence.figure(words, pairs=pairs, tokens=len(knocking), routes=len(known))


def _knock(evidence: Evidence, client: httpx.Client, door: Door, caller: Caller, accounts: list[str]) -> None:
    """Try one pair, on every account where the route names one; the last of *accounts* is nobody's."""
    what, expected = f"{caller.name}, {door.method} {door.route}", _refusal(door, caller)
    asked = accounts if door.is_of_an_account else accounts[-1:]
    answers = {account: _asked(client, door, caller, account) for account in asked}
    is_anywhere = not door.is_of_an_account or OPERATE in caller.roles & door.roles
    for account, answer in answers.items():
        if expected:
            evidence.same(what, _kind(answer), expected)
        elif is_anywhere or account == caller.tenant:
            is_there = account != accounts[-1]
            evidence.same(what, "let in" if _is_let_in(answer, is_there=is_there) else _kind(answer), "let in")
        else:
            evidence.same(f"{what}, like an unknown account", _shown(answer), _shown(answers[accounts[-1]]))
            evidence.same(what, _kind(answer), (404, "not_found"))


def _refusal(door: Door, caller: Caller) -> tuple[int, str] | None:
    """What must be answered before anything is looked at; None: the caller is let in."""
    if door.is_signed:
        return 400, "invalid_request"  # the signature, which no token replaces
    if not door.roles:
        return None  # the interface's own description
    if caller.tenant is None:
        return 401, "unauthenticated"
    return None if caller.roles & door.roles else (403, "forbidden")


def _asked(client: httpx.Client, door: Door, caller: Caller, account: str) -> httpx.Response:
    """A request that says nothing: whoever is let in is told what is missing, and nothing changes."""
    headers = {"Authorization": caller.authorization} if caller.authorization else {}
    return client.request(door.method, door.path(account), headers=headers)


def _kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(_shown(answer).get("code", ""))


def _is_let_in(answer: httpx.Response, *, is_there: bool) -> bool:
    """Whatever was wrong with the request, it was not the caller, no fault of the service, and not the account."""
    is_missed = is_there and _shown(answer).get("detail") == "there is no such account"
    return answer.status_code not in NOT_LET_IN and not answer.is_server_error and not is_missed


def _shown(answer: httpx.Response) -> dict[str, Any]:
    """The body without what differs with each request."""
    shown = answer.json() if "json" in answer.headers.get("Content-Type", "") else None
    return {name: value for name, value in shown.items() if name != "correlationId"} if isinstance(shown, dict) else {}


def _open(client: httpx.Client, issuer: TenantsIssuer, operator: str, accounts: list[str]) -> None:
    """A rate card, and accounts with money in them: nothing that a caller without words can close."""
    headers = {"Authorization": f"Bearer {issuer.sign(issuer.claims(operator, [OPERATE]), issuer.key)}"}
    path, kind = "/v1/rate-cards/default/versions/2020-01-01T00:00:00Z?currency=USD", {"Content-Type": "text/csv"}
    client.put(path, content=CARD, headers={**headers, **kind}).raise_for_status()
    for account in accounts:
        wish = {"account": account, "currency": "USD", "country": "US"}
        client.post("/v1/accounts", json=wish, headers=headers).raise_for_status()
        funds = {"amount": {"amount": "5", "currency": "USD"}, "reference": "PO 1", "kind": "paid"}
        keyed = {**headers, "Idempotency-Key": "PO 1"}
        client.post(f"/v1/accounts/{account}/grants", json=funds, headers=keyed).raise_for_status()


def _seen(client: httpx.Client, issuer: TenantsIssuer, *tenants: str) -> list[Any]:
    """What an entry that nobody noticed would have changed."""
    seen: list[Any] = []
    for tenant in tenants:
        headers = {"Authorization": f"Bearer {issuer.sign(issuer.claims(tenant, [READ]), issuer.key)}"}
        paths = ("", "/movements", "/purchases", "/payment-methods", "/administrators", "/auto-recharge")
        addresses = [*(f"/v1/accounts/{tenant}{path}" for path in paths), "/v1/rate-cards"]
        seen += [client.get(address, headers=headers).raise_for_status().json() for address in addresses]
    return seen


CLAIM = Claim(
    "doors",
    "every token against every route: who may is let in, nobody else; a foreign account answers like an unknown one",
    (),
    attempt,
)
