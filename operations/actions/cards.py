"""The stored cards of one account: listed, removed."""

from typing import Any

from operations.plural import count_of
from operations.requests import all_items, request, value_of
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.cards.change_cards import list_cards, remove_card

COLUMNS = ("card", "order", "brand", "last four", "expires", "state")


async def list_stored_cards(services: Services, account: AccountId) -> Result:
    """Every stored card, in the order in which they are charged."""
    found = [card async for card in all_items(services, list_cards, request({"account": account}))]
    rows = [
        (card["id"], str(card["order"]), card["brand"], card["lastFour"], card["expiry"], card_state(card))
        for card in found
    ]
    return Result(found, count_of(len(found), "stored card"), COLUMNS, rows)


async def remove_stored_card(services: Services, account: AccountId, card: str) -> Result:
    """The removed card's id."""
    shown = await value_of(services, remove_card, request({"account": account, "method": card}))
    return Result(shown, f"{shown['id']} is removed")


def card_state(card: dict[str, Any]) -> str:
    """Whether auto-recharge can charge the card."""
    if card["refused"]:
        return "refused by its bank"
    return "needs its holder" if card["needsHolder"] else "usable"
