"""doors: every kind of token on every route; an unauthorised caller cannot even learn which accounts exist. Then
requests of every form, from the OpenAPI document.
"""

import argparse
from random import Random
from typing import Any

import httpx

from local.machine.machine import Machine
from tests.proofs.prove.authorisation.callers import OPERATE, READ, ROLES, Caller, callers
from tests.proofs.prove.authorisation.issuer import TenantsIssuer, running_issuer
from tests.proofs.prove.authorisation.routes import Route, all_routes
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.interface.schemathesis import Run, try_document

SECONDS = 30.0
UNLIMITED = "1000000"
"""Requests a minute: the limit of requests has tests of its own."""
NOT_TRIED = Run(0, 0, (), "")
CARD = b"""Destination Name,Destination Type,Country,Prefix,Price / min
United Kingdom,mixed,GB,44,0.01
"""
REFUSED_STATUSES = {401, 403, 429}


def test(chosen: argparse.Namespace) -> Result:
    """Send every token to every route, for two tenants with an account each, of which one is the operators' tenant.
    Then send that one's account what Schemathesis makes of the OpenAPI document.
    """
    checks, rng = Checks(), Random(0)
    operator, customer, nobody = (new_account(rng) for _ in range(3))
    with running_issuer() as issuer:
        settings = {
            "Tokens__issuer": issuer.setting,
            "Tokens__operatorTenants": operator,
            "Throttle__requestsPerMinute": UNLIMITED,
        }
        with (
            Machine.start(None, settings=settings) as machine,
            httpx.Client(base_url=f"{machine.http}/api", timeout=SECONDS, trust_env=False) as client,
        ):
            _open(client, issuer, operator, [operator, customer])
            before = _state(client, issuer, operator, customer)
            tokens, routes = list(callers(issuer, operator, customer)), _chosen(chosen)
            for route in routes:
                wrong = len(checks.failures)
                for caller in tokens:
                    _check_pair(checks, client, route, caller, [operator, customer, nobody])
                print(f"  {'ok   ' if wrong == len(checks.failures) else 'WRONG'} {route.method:<6} {route.template}")
            checks.equal("accounts and rate cards afterwards", _state(client, issuer, operator, customer), before)
            run = _try_document(checks, client, issuer, operator, chosen) if chosen.examples else NOT_TRIED
    pairs = len(tokens) * len(routes)
    words = f"{pairs} pairs of token and route were answered as expected: {len(tokens)} tokens, {len(routes)} routes"
    if chosen.examples:
        made = f"{run.cases} requests to {run.operations} operations"
        words += f"; {made}, made from the OpenAPI document, were answered as it says"
    facts = {"operations": run.operations, "cases": run.cases, "findings": len(run.found), "seed": chosen.seed}
    return checks.result(words, pairs=pairs, tokens=len(tokens), routes=len(routes), **facts)


def _chosen(chosen: argparse.Namespace) -> list[Route]:
    """The routes to try: all of them, or as many by chance as the option says."""
    every = all_routes()
    return Random(chosen.seed).sample(every, min(chosen.routes, len(every))) if chosen.routes else every


def _try_document(
    checks: Checks, client: httpx.Client, issuer: TenantsIssuer, operator: str, chosen: argparse.Namespace
) -> Run:
    """Check that Schemathesis finds nothing in the answers to a token with every role."""
    document = client.get("/openapi.json").raise_for_status().content
    token = issuer.sign(issuer.claims(operator, list(ROLES)), issuer.key)
    run = try_document(document, str(client.base_url), token, operator, examples=chosen.examples, seed=chosen.seed)
    print(f"  {run.operations} operations, {run.cases} requests from the OpenAPI document, {len(run.found)} findings")
    if not checks.equal("what Schemathesis finds", run.found, []):
        print(run.log)
    return run


def _check_pair(checks: Checks, client: httpx.Client, route: Route, caller: Caller, accounts: list[str]) -> None:
    """Check one pair, for every account if the route names one. The last of *accounts* does not exist."""
    what, expected = f"{caller.name}, {route.method} {route.template}", _refusal(route, caller)
    tried = accounts if route.names_account else accounts[-1:]
    answers = {account: _send(client, route, caller, account) for account in tried}
    may_use_any_account = not route.names_account or OPERATE in caller.roles & route.roles
    for account, answer in answers.items():
        if expected:
            checks.equal(what, _status_and_code(answer), expected)
        elif may_use_any_account or account == caller.tenant:
            exists = account != accounts[-1]
            checks.equal(
                what, "authorised" if _is_authorised(answer, exists=exists) else _status_and_code(answer), "authorised"
            )
        else:
            checks.equal(f"{what}, like an unknown account", _body(answer), _body(answers[accounts[-1]]))
            checks.equal(what, _status_and_code(answer), (404, "not_found"))


def _refusal(route: Route, caller: Caller) -> tuple[int, str] | None:
    """The status and code with which the caller must be refused; None: the caller is authorised."""
    if route.is_signed:
        return 400, "invalid_request"  # this route requires a signature; a token does not replace it
    if not route.roles:
        return None  # the description of the interface
    if caller.tenant is None:
        return 401, "unauthenticated"
    return None if caller.roles & route.roles else (403, "forbidden")


def _send(client: httpx.Client, route: Route, caller: Caller, account: str) -> httpx.Response:
    """Send a request without content: an authorised caller gets a validation error, and nothing changes."""
    headers = {"Authorization": caller.authorization} if caller.authorization else {}
    return client.request(route.method, route.path(account), headers=headers)


def _status_and_code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(_body(answer).get("code", ""))


def _is_authorised(answer: httpx.Response, *, exists: bool) -> bool:
    """Whether the request passed authorisation: no refusal, no server error, and no missing account that exists."""
    is_hidden = exists and _body(answer).get("detail") == "there is no such account"
    return answer.status_code not in REFUSED_STATUSES and not answer.is_server_error and not is_hidden


def _body(answer: httpx.Response) -> dict[str, Any]:
    """The body without the correlation id; empty if it is not JSON."""
    body = answer.json() if "json" in answer.headers.get("Content-Type", "") else None
    return {name: value for name, value in body.items() if name != "correlationId"} if isinstance(body, dict) else {}


def _open(client: httpx.Client, issuer: TenantsIssuer, operator: str, accounts: list[str]) -> None:
    """Publish a rate card and open accounts with funds, so that no request without content can close them."""
    headers = {"Authorization": f"Bearer {issuer.sign(issuer.claims(operator, [OPERATE]), issuer.key)}"}
    path, kind = "/v1/rate-cards/default/versions/2020-01-01T00:00:00Z?currency=USD", {"Content-Type": "text/csv"}
    client.put(path, content=CARD, headers={**headers, **kind}).raise_for_status()
    for account in accounts:
        body = {"account": account, "currency": "USD", "country": "US"}
        client.post("/v1/accounts", json=body, headers=headers).raise_for_status()
        funds = {"amount": {"amount": "5", "currency": "USD"}, "reference": "PO 1", "kind": "paid"}
        keyed = {**headers, "Idempotency-Key": "PO 1"}
        client.post(f"/v1/accounts/{account}/grants", json=funds, headers=keyed).raise_for_status()


def _state(client: httpx.Client, issuer: TenantsIssuer, *tenants: str) -> list[Any]:
    """Everything that an unauthorised request might have changed."""
    state: list[Any] = []
    for tenant in tenants:
        headers = {"Authorization": f"Bearer {issuer.sign(issuer.claims(tenant, [READ]), issuer.key)}"}
        paths = ("", "/movements", "/purchases", "/payment-methods", "/administrators", "/auto-recharge")
        addresses = [*(f"/v1/accounts/{tenant}{path}" for path in paths), "/v1/rate-cards"]
        state += [client.get(address, headers=headers).raise_for_status().json() for address in addresses]
    return state


CLAIM = Claim(
    "doors",
    "every token on every route: only authorised callers pass, and another tenant's account looks like an unknown one; "
    "requests of every form are answered as the OpenAPI document says",
    (
        Option("examples", 5, 0, "random requests for each operation, besides the document's own; 0: the tokens alone"),
        Option("routes", 0, 0, "so many routes, chosen by the seed; 0: all of them"),
        SEED,
    ),
    test,
)
