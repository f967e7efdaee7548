"""Money in requests: up to six places, in the account's currency, and in whole minor units if a card is charged."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.kernel.money import Money, micros_of
from shared.ledger.book import Refused


def _amount(text: str) -> str:
    """*text* unchanged, if `micros_of` accepts it: validation and parsing use the same definition."""
    micros_of(text)
    return text


class MoneyIn(BaseModel):
    """An amount in a request."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    amount: Annotated[str, AfterValidator(_amount)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    @property
    def money(self) -> Money:
        """The exact amount."""
        return Money.parse(self.amount, self.currency)

    def flaw(self, currency: str) -> Refused | None:
        """The refusal if the money is not in the account's currency."""
        if self.currency != currency:
            return Refused("currency_mismatch", f"the account is in {currency}")
        return None

    def card_flaw(self, currency: str) -> Refused | None:
        """The refusal if the money cannot be charged to a card."""
        try:
            self.money.to_minor()
        except ValueError as error:
            return self.flaw(currency) or Refused("invalid_request", str(error))
        return self.flaw(currency)
