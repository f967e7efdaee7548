"""Set auto-recharge (R3). Only this, or a purchase that includes it, switches it on; storing a card never does."""

from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.eligibility import gate
from shared.ledger.apply import apply
from shared.ledger.book import Book, Refused
from shared.ledger.change import NOTHING, Change
from shared.ledger.settings import AutoRecharge
from shared.ledger.slot import SlotState
from shared.posting.decision import Decision, Posted
from shared.purchasing.amount_limits import AmountLimits
from shared.recharge.slot import give_up
from shared.recharge.trigger import LARGEST_CHARGE_TIMES, change_of_saving, is_wanted
from shared.service.http import Matching, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.amounts import MoneyIn
from shared.views.settings import SHOWN_ONLY, auto_recharge_etag, auto_recharge_json


class AutoRechargeSettings(BaseModel):
    """The auto-recharge that an administrator agrees to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    enabled: bool
    trigger: MoneyIn
    amount: MoneyIn
    largestCharge: MoneyIn | None = None  # noqa: N815 - the wire's name
    monthlyCap: MoneyIn | None = None  # noqa: N815 - the wire's name

    def values(self) -> dict[str, object]:
        """The given values, for a fingerprint."""
        return {
            "enabled": self.enabled,
            "trigger": self.trigger.money,
            "amount": self.amount.money,
            "largestCharge": self.largestCharge.money if self.largestCharge else None,
            "monthlyCap": self.monthlyCap.money if self.monthlyCap else None,
        }

    def is_in(self, currency: str) -> bool:
        """Whether each amount is in *currency*."""
        given = (self.trigger, self.amount, self.largestCharge, self.monthlyCap)
        return all(money.currency == currency for money in given if money)


async def set_auto_recharge(services: Services, request: Request) -> Reply:
    """200 with the new auto-recharge. The trigger is evaluated in the same commit."""
    read, requested = request.if_match(), request.json(AutoRechargeSettings, read_only=SHOWN_ONLY)
    limits = services.rules.amounts
    answer = await services.ledger.post(
        request.account, Decision(lambda book, now: _changed(book, read, requested, limits, now))
    )
    if not isinstance(answer, Posted):
        assert isinstance(answer, Refused)
        raise refused(answer)
    return Reply(200, auto_recharge_json(answer.book, limits), {"ETag": auto_recharge_etag(answer.book)})


def _changed(
    book: Book, read: Matching, requested: AutoRechargeSettings, limits: AmountLimits, now: datetime
) -> Change | Refused:
    if not read.is_met_by(auto_recharge_etag(book)):
        return Refused("stale", "the settings have changed since they were read")
    new = auto_recharge_of(book, requested, limits, "")
    stored = book.settings.auto_recharge
    only_switches_off = stored is not None and _in_micro_units(requested) == replace(stored, enabled=False)
    if only_switches_off and requested.is_in(book.terms.currency):
        new = _in_micro_units(requested)  # allowed even if today's limits would refuse the amounts
    if isinstance(new, Refused):
        return new
    if new.enabled and (refusal := gate.refusal(book, now=now)):
        return refusal
    if new.enabled and not book.settings.usable_cards():
        return Refused("no_payment_method", "store a card before switching auto-recharge on")
    version = book.settings.auto_recharge_version + 1
    settings = replace(book.settings, auto_recharge=new, auto_recharge_version=version, resumes_with_card=False)
    change = Change(settings=settings).then(change_of_saving(book, new, asked_at=now))
    if not new.enabled and book.entitlements.stays_prepaid:  # unticked again: the switch may begin by itself (R17)
        change = change.then(Change(entitlements=replace(book.entitlements, stays_prepaid=False)))
    return change.then(_given_up(book, apply(book, change), now))


def _given_up(book: Book, after: Book, now: datetime) -> Change:
    """Give up a recharge that the new settings do not want: one under way when they switch auto-recharge off, and one
    that waits after a decline when they do not allow its amount, which the provider may never take.
    """
    settings, state = after.settings.auto_recharge, book.slot.state
    is_off = settings is None or not settings.enabled
    if (is_off and state is not SlotState.IDLE) or (state is SlotState.DECLINED and not is_wanted(after, now=now)):
        return give_up(book, book.slot.payment, now=now)
    return NOTHING


def auto_recharge_of(
    book: Book, requested: AutoRechargeSettings, limits: AmountLimits, at: str
) -> AutoRecharge | Refused:
    """The settings in micro-units, or why they are refused; *at* is the JSON pointer to *requested* in the request.

    Without a largest charge it is the default, but at most what a card can be charged at once.
    """
    currency, auto_recharge = book.terms.currency, _in_micro_units(requested)
    if requested.largestCharge is None:
        largest = min(auto_recharge.largest_charge, limits.largest_of(currency))
        auto_recharge = replace(auto_recharge, largest_charge=largest)
    flaw = requested.amount.card_flaw(currency, f"{at}/amount") or requested.trigger.flaw(currency, f"{at}/trigger")
    flaw = flaw or (requested.largestCharge.flaw(currency, f"{at}/largestCharge") if requested.largestCharge else None)
    flaw = flaw or (requested.monthlyCap.flaw(currency, f"{at}/monthlyCap") if requested.monthlyCap else None)
    flaw = flaw or limits.charge_refusal(auto_recharge.amount, currency, f"{at}/amount")
    flaw = flaw or limits.above_refusal(auto_recharge.trigger, currency, f"{at}/trigger")
    return flaw or _bounds_refusal(auto_recharge, currency, limits, at) or auto_recharge


def _bounds_refusal(auto_recharge: AutoRecharge, currency: str, limits: AmountLimits, at: str) -> Refused | None:
    """Why the largest charge or the monthly cap is refused: each allows one recharge, and has an upper limit."""
    largest, cap = auto_recharge.largest_charge, auto_recharge.monthly_cap
    if largest < auto_recharge.amount:
        return Refused("below_minimum", "largestCharge is at least the recharge amount", f"{at}/largestCharge")
    flaw = limits.above_refusal(largest, currency, f"{at}/largestCharge")
    if flaw is not None or cap is None:
        return flaw
    if cap < auto_recharge.amount:
        return Refused("below_minimum", "monthlyCap is at least the recharge amount", f"{at}/monthlyCap")
    return limits.cap_refusal(cap, currency, f"{at}/monthlyCap")


def _in_micro_units(requested: AutoRechargeSettings) -> AutoRecharge:
    """The given values in micro-units, with the default largest charge; neither is checked."""
    amount = requested.amount.money.micros
    largest = requested.largestCharge.money.micros if requested.largestCharge else amount * LARGEST_CHARGE_TIMES
    cap = requested.monthlyCap.money.micros if requested.monthlyCap else None
    return AutoRecharge(requested.enabled, requested.trigger.money.micros, amount, largest, cap)
