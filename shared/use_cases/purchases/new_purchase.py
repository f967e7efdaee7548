"""A request to buy credit (R1)."""

from pydantic import BaseModel, ConfigDict

from shared.service.fingerprint import fingerprint
from shared.service.texts import ProviderId, ReturnAddress
from shared.use_cases.amounts import MoneyIn
from shared.use_cases.recharge.set_auto_recharge import AutoRechargeSettings


class NewPurchase(BaseModel):
    """What a portal asks for. *paymentMethod* is a stored card, or what the provider's form returned."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    amount: MoneyIn
    paymentMethod: ProviderId | None = None  # noqa: N815 - the wire's name
    returnUrl: ReturnAddress | None = None  # noqa: N815 - the wire's name
    autoRecharge: AutoRechargeSettings | None = None  # noqa: N815 - the wire's name

    def content(self) -> str:
        """What the key is remembered with."""
        return fingerprint(
            {
                "amount": self.amount.money,
                "paymentMethod": self.paymentMethod,
                "returnUrl": self.returnUrl,
                "autoRecharge": self.autoRecharge.values() if self.autoRecharge else None,
            }
        )

    def content_in_0_1(self) -> str:
        """What 0.1.0 remembered: the model's text, of the fields that it had."""
        order = {"enabled", "trigger", "amount", "largestCharge", "monthlyCap"}
        return self.model_dump_json(
            include={"amount": True, "paymentMethod": True, "returnUrl": True, "autoRecharge": order}
        )
