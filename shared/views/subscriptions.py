"""The account's subscriptions, for portals, with the ETag that a change requires."""

from shared.kernel.times import instant_text
from shared.ledger.entitlements import Entitlements, Subscription
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.services import Services


async def read_subscriptions(services: Services, request: Request) -> Reply:
    """The list as it was set, whatever is in force now."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, subscriptions_json(book.entitlements), {"ETag": subscriptions_etag(book.entitlements)})


def subscriptions_etag(entitlements: Entitlements) -> str:
    """Changes with every change of the list; the empty list has one, too."""
    return f'"subscriptions-{entitlements.subscriptions_version}"'


def subscriptions_json(entitlements: Entitlements) -> dict[str, object]:
    """The whole list."""
    return {"items": [_subscription_json(each) for each in entitlements.subscriptions]}


def _subscription_json(subscription: Subscription) -> dict[str, object]:
    return {
        "id": subscription.id,
        "plan": subscription.plan,
        "licences": subscription.licences,
        "usageLocation": subscription.usage_location,
        "channel": subscription.channel.value,
        "agreement": subscription.agreement.value,
        "billingCountry": subscription.billing_country or None,
        "payAsYouGo": subscription.pay_as_you_go,
        "includes": list(subscription.includes),
        "from": instant_text(subscription.from_),
        "until": instant_text(subscription.until) if subscription.until else None,
    }
