"""What administrators and operators do, each with its key, until they get an answer; and what they were told."""

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
from tests.simulation.engine.client import insisted
from tests.simulation.engine.simulation import Simulation

ADMINISTRATORS = [
    {"address": "ann@example.com", "roles": ["billing"], "locale": "en-GB"},
    {"address": "bea@example.com", "roles": ["billing"], "locale": "fr-FR"},
]
"""Two languages: two deliveries a notice."""


@dataclass
class Wish:
    """Something that was asked for under *reference*, and what it was answered: a status, or a problem's code; *lost*:
    how many tries before that were never answered, and may still land.
    """

    account: AccountId
    reference: str
    micros: int
    answer: int | str = ""
    lost: int = 0
    facts: dict = field(default_factory=dict)


def money(micros: int) -> dict[str, str]:
    """As a caller writes it."""
    return {"amount": f"{micros // 1_000_000}.{micros % 1_000_000:06d}", "currency": "USD"}


def request(account: str, body: object = None, headers: dict[str, str] | None = None, **path: str) -> Request:
    """As the door lets it through."""
    principal = Principal(AccountId(account), frozenset(), "somebody")
    return Request(principal, {"account": account, **path}, {}, headers or {}, json.dumps(body).encode())


async def opens(sim: Simulation, account: AccountId) -> None:
    """An operator opens the account; that it is open already is as good."""
    wish = {"account": account, "currency": "USD", "country": "US"}
    answer, _ = await insisted(sim, open_account, request(account, wish), "operator")
    if isinstance(answer, ProblemError) and answer.code != "already_exists":
        sim.fail(f"the account could not be opened: {answer.code}")


async def names_administrators(sim: Simulation, account: AccountId) -> None:
    """Whoever is told of notices from now on."""
    await insisted(sim, set_administrators, request(account, ADMINISTRATORS, {"if-match": "*"}), "operator")


async def grants(sim: Simulation, wish: Wish, expires_at: str | None = None, kind: str = "paid", key: str = "") -> None:
    """An operator books funds that were paid outside."""
    body = {"amount": money(wish.micros), "reference": wish.reference, "kind": kind, "expiresAt": expires_at}
    asked = request(wish.account, body, {"idempotency-key": key or f"grant {wish.reference}"})
    _note(wish, *await insisted(sim, grant_funds, asked, "operator"))


async def stores_card(sim: Simulation, account: AccountId, method: str) -> Reply | ProblemError:
    """An administrator stores what the provider's form gave."""
    answer, _ = await insisted(sim, store_card, request(account, {"paymentMethod": method}), "admin")
    return answer


async def arms(sim: Simulation, account: AccountId, trigger: int, amount: int, *, enabled: bool = True) -> None:
    """An administrator sets auto-recharge."""
    order = {"enabled": enabled, "trigger": money(trigger), "amount": money(amount)}
    await insisted(sim, set_auto_recharge, request(account, order, {"if-match": "*"}), "admin")


async def buys(sim: Simulation, wish: Wish, method: str) -> None:
    """An administrator buys credit by hand."""
    body = {"amount": money(wish.micros), "paymentMethod": method}
    asked = request(wish.account, body, {"idempotency-key": wish.reference})
    _note(wish, *await insisted(sim, start_purchase, asked, "buyer"))


def _note(wish: Wish, answer: Reply | ProblemError, lost: int) -> None:
    wish.lost = lost
    wish.answer = answer.status if isinstance(answer, Reply) else answer.code
    if isinstance(answer, Reply) and isinstance(answer.value, dict):
        wish.facts = answer.value
