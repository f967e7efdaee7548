"""What a buyer is answered when the purchase was declined: its state and reason, or a problem where the request is to
blame: a payment method that does not exist, or an amount that the payment provider does not take.
"""

from shared.kernel.ids import AccountId
from shared.ledger.intent import Intent, IntentState
from shared.ports import NO_SUCH_METHOD, NOT_CHARGEABLE, TOO_LARGE, TOO_SMALL
from shared.service.http import Flaw, ProblemError
from shared.service.services import Services
from shared.use_cases.cards.store_card import unknown_payment_method
from shared.use_cases.purchases.new_purchase import NewPurchase


async def answer_decline(
    services: Services, account: AccountId, intent: Intent, requested: NewPurchase, name: str
) -> None:
    """Count a declined card; *name* is that of the card attempt. Raises ProblemError if the request is to blame. The
    purchase exists all the same: a repeat with the same key gets the same answer.
    """
    if intent.state is not IntentState.DECLINED:
        return
    _refuse_amount(intent.reason)
    await services.card_attempts.record_decline(account, name, services.clock.now())
    if intent.reason == NO_SUCH_METHOD.code and requested.paymentMethod:
        raise unknown_payment_method()


def _refuse_amount(reason: str) -> None:
    """Raise the problem of an amount that the provider does not take; return if *reason* is another one."""
    detail = f"the payment provider does not take this amount: {reason}"
    if reason == TOO_LARGE:
        raise ProblemError("above_maximum", detail, (Flaw("/amount", "above_maximum", detail),))
    if reason == TOO_SMALL:
        raise ProblemError("below_minimum", detail, (Flaw("/amount", "below_minimum", detail),))
    if reason == NOT_CHARGEABLE:
        raise ProblemError("invalid_request", detail, (Flaw("/amount", "invalid_request", detail),))
