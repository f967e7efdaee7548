"""Switch to post-usage billing, try what it would do, or take it back while credit is left (R17, CONTRACT 2)."""

from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.ledger.apply import apply
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.entitlements import BillingState
from shared.ledger.post_usage import begin, has_subscription, take_back
from shared.ledger.slot import SlotState
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.recharge.slot import give_up
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.views.post_usage import post_usage_json, steps_json

NO_SUBSCRIPTION = Refused(
    "not_eligible", "no subscription in force is billed after use (agreement newCommerce or customerAgreement)"
)


STAYS_PREPAID = {
    "code": "stays_prepaid",
    "detail": "usage draws on credit, and none can be bought, until the switch is requested again, auto-recharge is"
    " switched off once more, or the subscriptions change",
}
"""The step of an account whose switch was taken back while a subscription in force is billed after use."""


class SwitchRequest(BaseModel):
    """Whether only to say what the switch would do."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    dryRun: bool = False  # noqa: N815 - the wire's name


async def switch_to_post_usage(services: Services, request: Request) -> Reply:
    """202 once the switch has begun, 200 for a dry run. Repeated, it answers with the present state."""
    requested = request.json_or_empty(SwitchRequest)
    if requested.dryRun:
        book = await services.ledger.read(request.account)
        if book is None:
            raise refused(UNKNOWN_ACCOUNT)
        return Reply(200, _tried(book, now=services.clock.now()))
    found: list[list[dict[str, str]]] = []

    def decide(book: Book, now: datetime) -> Change | Refused | None:
        found[:] = [steps_json(book, now=now)]
        return switched(book, now=now)

    answer = await services.ledger.post(request.account, Decision(decide))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    return Reply(202, post_usage_json(answer.book, found[0], now=services.clock.now()))


async def take_back_post_usage(services: Services, request: Request) -> Reply:
    """200 with the account prepaid again; refused with `post_usage` once usage accrues."""
    answer = await services.ledger.post(request.account, Decision(lambda book, _now: _taken_back(book)))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    now = services.clock.now()
    steps = [STAYS_PREPAID] if has_subscription(answer.book, now) else []
    return Reply(200, post_usage_json(answer.book, steps, now=now))


def switched(book: Book, *, now: datetime) -> Change | Refused | None:
    """The change that begins the switch: auto-recharge goes off, a recharge under way is cancelled."""
    if not has_subscription(book, now):
        return NO_SUBSCRIPTION
    if book.entitlements.billing is not BillingState.PREPAID:
        return None
    change = begin(book, now=now)
    auto_recharge = book.settings.auto_recharge
    if auto_recharge is not None and auto_recharge.enabled:
        version = book.settings.auto_recharge_version + 1
        off = replace(book.settings, auto_recharge=replace(auto_recharge, enabled=False), auto_recharge_version=version)
        change = change.then(Change(settings=off))
    if book.slot.state not in {SlotState.IDLE, SlotState.CANCELLING}:
        change = change.then(give_up(book, book.slot.payment, now=now))
    return change


def _taken_back(book: Book) -> Change | Refused | None:
    match book.entitlements.billing:
        case BillingState.PREPAID:
            return None
        case BillingState.DRAINING:
            return take_back(book)
        case BillingState.ACCRUING:
            return Refused("post_usage", "usage is billed after use already; the switch cannot be taken back")


def _tried(book: Book, *, now: datetime) -> dict[str, object]:
    """What the switch would do, as the answer to it would say."""
    change = switched(book, now=now)
    if isinstance(change, Refused):
        raise refused(change)
    after = apply(book, change) if change is not None else book
    return post_usage_json(after, steps_json(book, now=now), now=now)
