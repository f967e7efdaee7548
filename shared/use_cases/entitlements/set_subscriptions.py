"""Set the account's subscriptions (R15, CONTRACT 2.3)."""

import json
from dataclasses import replace

from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.entitlements import Entitlements, Subscription
from shared.plans.catalogue import plan_at
from shared.posting.decision import Decision, Posted
from shared.posting.journal.call_rows import ENTITLEMENTS
from shared.service.http import Matching, ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.entitlements.subscription_list import SubscriptionList
from shared.views.subscriptions import subscriptions_etag, subscriptions_json

STORED_MAX = 100_000
"""Characters of all subscriptions and exemptions as ASCII. One commit's page, of 224,000 characters, contains them."""


async def set_subscriptions(services: Services, request: Request) -> Reply:
    """200 with the list as it is stored. What follows for auto-recharge happens in the same commit."""
    read, requested = request.if_match(), request.json(SubscriptionList)
    flaws = requested.flaws(lambda plan, at: plan_at(plan, at) is not None)
    if flaws:
        raise ProblemError("invalid_request", "the list is not as described", flaws)
    subscriptions = tuple(item.subscription() for item in requested.items)
    answer = await services.ledger.post(
        request.account, Decision(lambda book, _now: _changed(book, read, subscriptions))
    )
    if not isinstance(answer, Posted):
        assert isinstance(answer, Refused)
        raise refused(answer)
    entitlements = answer.book.entitlements
    return Reply(200, subscriptions_json(entitlements), {"ETag": subscriptions_etag(entitlements)})


def _changed(book: Book, read: Matching, subscriptions: tuple[Subscription, ...]) -> Change | Refused:
    before = book.entitlements
    if not read.is_met_by(subscriptions_etag(before)):
        return Refused("stale", "the list has changed since it was read")
    version = before.subscriptions_version + 1
    after = replace(before, subscriptions=subscriptions, subscriptions_version=version, stays_prepaid=False)
    return too_much(after, "/items") or Change(entitlements=after)


def too_much(entitlements: Entitlements, pointer: str) -> Refused | None:
    """Why *entitlements* cannot be stored; None if they can."""
    if len(json.dumps(ENTITLEMENTS.dump_python(entitlements, mode="json"))) <= STORED_MAX:
        return None
    return Refused("above_maximum", "all subscriptions and exemptions together are too long to be stored", pointer)
