"""Money in requests: up to six places, in the account's currency, and in whole minor units if a card is charged."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from shared.kernel.card_money import to_card_units
from shared.kernel.money import Money, micros_of
from shared.ledger.book import Refused


def _amount(text: str) -> str:
    """*text* unchanged, if `micros_of` accepts it: validation and parsing use the same definition."""
    micros_of(text)
    return text


_AMOUNT_SCHEMA = {
    "type": "string",
    "pattern": r"^[0-9]{1,10}(\.[0-9]{1,6})?$",
    "description": "A decimal with up to six places, at most 1,000,000,000. What a card is charged: whole minor units.",
}


class MoneyIn(BaseModel):
    """An amount in a request."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    amount: Annotated[str, AfterValidator(_amount), WithJsonSchema(_AMOUNT_SCHEMA)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217; the account's currency.")]

    @property
    def money(self) -> Money:
        """The exact amount."""
        return Money.parse(self.amount, self.currency)

    def flaw(self, currency: str, at: str) -> Refused | None:
        """Why this money, at the JSON pointer *at*, cannot be the account's."""
        if self.currency != currency:
            return Refused("currency_mismatch", f"the account is in {currency}", f"{at}/currency")
        return None

    def card_flaw(self, currency: str, at: str) -> Refused | None:
        """Why a card cannot be charged with this money, at the JSON pointer *at*."""
        try:
            to_card_units(self.money)
        except ValueError as error:
            return self.flaw(currency, at) or Refused("invalid_request", str(error), f"{at}/amount")
        return self.flaw(currency, at)
