"""Requests of administrators and operators, repeated with the same key until they are answered; and the answers."""

import json
from dataclasses import dataclass, field

from shared.kernel.ids import AccountId
from shared.ports import Principal
from shared.service.http import ProblemError, Reply, Request
from shared.use_cases.accounts.open_account import open_account
from shared.use_cases.cards.store_card import store_card
from shared.use_cases.notices.set_administrators import set_administrators
from shared.use_cases.purchases.grant_funds import grant_funds
from shared.use_cases.purchases.start_purchase import start_purchase
from shared.use_cases.recharge.set_auto_recharge import set_auto_recharge
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation

ADMINISTRATORS = [
    {"address": "ann@example.com", "roles": ["billing"], "locale": "en-GB"},
    {"address": "bea@example.com", "roles": ["billing"], "locale": "fr-FR"},
]
"""Two languages, and therefore two deliveries per notice."""


@dataclass
class UserRequest:
    """A grant or purchase with *reference*, and its *answer*: a status, or a problem's code. *lost* is the number of
    earlier tries that were never answered and may still be executed.
    """

    account: AccountId
    reference: str
    micros: int
    answer: int | str = ""
    lost: int = 0
    facts: dict = field(default_factory=dict)


def money(micros: int) -> dict[str, str]:
    """An amount in the contract's JSON format."""
    return {"amount": f"{micros // 1_000_000}.{micros % 1_000_000:06d}", "currency": "USD"}


def request(account: str, body: object = None, headers: dict[str, str] | None = None, **path: str) -> Request:
    """A request that has passed authorisation."""
    principal = Principal(AccountId(account), frozenset(), "somebody")
    return Request(principal, {"account": account, **path}, {}, headers or {}, json.dumps(body).encode())


async def send_opening(sim: Simulation, account: AccountId) -> None:
    """Open the account, unless it is open already."""
    user_request = {"account": account, "currency": "USD", "country": "US"}
    answer, _ = await send_until_answered(sim, open_account, request(account, user_request), "operator")
    if isinstance(answer, ProblemError) and answer.code != "already_exists":
        sim.fail(f"the account could not be opened: {answer.code}")


async def send_administrators(sim: Simulation, account: AccountId) -> None:
    """Set the administrators who receive notices."""
    await send_until_answered(sim, set_administrators, request(account, ADMINISTRATORS, {"if-match": "*"}), "operator")


async def send_grant(
    sim: Simulation,
    user_request: UserRequest,
    expires_at: str | None = None,
    kind: str = "paid",
    *,
    key: str = "",
    scope: list[str] | None = None,
) -> None:
    """Grant funds as an operator. *scope*: the call kinds that the lot may pay for; None for every kind."""
    body = {
        "amount": money(user_request.micros),
        "reference": user_request.reference,
        "kind": kind,
        "expiresAt": expires_at,
        "scope": scope,
    }
    asked = request(user_request.account, body, {"idempotency-key": key or f"grant {user_request.reference}"})
    _note(user_request, *await send_until_answered(sim, grant_funds, asked, "operator"))


async def send_card(sim: Simulation, account: AccountId, method: str) -> Reply | ProblemError:
    """Store a card as an administrator."""
    answer, _ = await send_until_answered(sim, store_card, request(account, {"paymentMethod": method}), "admin")
    return answer


async def send_auto_recharge(
    sim: Simulation, account: AccountId, trigger: int, amount: int, *, enabled: bool = True, cap: int | None = None
) -> None:
    """Set auto-recharge as an administrator."""
    order = {"enabled": enabled, "trigger": money(trigger), "amount": money(amount)}
    order |= {"monthlyCap": money(cap)} if cap is not None else {}
    await send_until_answered(sim, set_auto_recharge, request(account, order, {"if-match": "*"}), "admin")


async def send_purchase(sim: Simulation, user_request: UserRequest, method: str) -> None:
    """Buy credit as an administrator."""
    body = {"amount": money(user_request.micros), "paymentMethod": method}
    asked = request(user_request.account, body, {"idempotency-key": user_request.reference})
    _note(user_request, *await send_until_answered(sim, start_purchase, asked, "buyer"))


def _note(user_request: UserRequest, answer: Reply | ProblemError, lost: int) -> None:
    user_request.lost = lost
    user_request.answer = answer.status if isinstance(answer, Reply) else answer.code
    if isinstance(answer, Reply) and isinstance(answer.value, dict):
        user_request.facts = answer.value
