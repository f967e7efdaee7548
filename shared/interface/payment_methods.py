"""Operations on stored cards (R5)."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.cards.change_cards import CardOrder, list_cards, open_card_form, order_card, remove_card
from shared.use_cases.cards.store_card import NewCard, store_card

_METHODS = f"{ACCOUNT}/payment-methods"
_METHOD = f"{_METHODS}/{{method}}"

LIST_PAYMENT_METHODS = Operation(
    "list_payment_methods",
    "GET",
    _METHODS,
    list_cards,
    Role.READ,
    "List the stored cards",
    "CardPage",
    "In the order in which they are charged, unless `order=desc`. A card that `needsHolder` is charged after the "
    "others: its holder has to confirm it with the bank, by a purchase with it or by storing it once more.",
    query=LIST,
)
STORE_CARD = Operation(
    "store_card",
    "POST",
    _METHODS,
    store_card,
    Role.MANAGE,
    "Store a card",
    "StoredCard",
    "Takes the id that the payment provider's form returned; card numbers never come here. The card is set up so that "
    "it can be charged without its holder. 202: its bank asks the holder first. Continue with `clientSecret` in the "
    "provider's form, or send the holder's browser to `redirectUrl`; the card is listed once that is done. Storing a "
    "card does not arm auto-recharge.",
    body=NewCard,
    statuses=(201, 202),
    errors=("card_declined", "above_maximum"),
)
OPEN_CARD_FORM = Operation(
    "open_card_form",
    "POST",
    f"{_METHODS}/setup",
    open_card_form,
    Role.MANAGE,
    "Open the provider's form for a card",
    "CardForm",
    "The card that is given in the form is set up so that it can be charged without its holder, and is listed then.",
    statuses=(201,),
)
ORDER_CARD = Operation(
    "order_card",
    "PUT",
    _METHOD,
    order_card,
    Role.MANAGE,
    "Put a card at another place",
    "Card",
    "1 is charged first. The other cards keep their order.",
    body=CardOrder,
)
REMOVE_CARD = Operation(
    "remove_card",
    "DELETE",
    _METHOD,
    remove_card,
    Role.MANAGE,
    "Remove a card",
    "RemovedCard",
    "It can never be charged again. Removing the last card that can be charged switches auto-recharge off.",
)

OPERATIONS = (LIST_PAYMENT_METHODS, STORE_CARD, OPEN_CARD_FORM, ORDER_CARD, REMOVE_CARD)
