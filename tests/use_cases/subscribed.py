"""Subscriptions and licences of a tenant, recorded as decisions."""

from dataclasses import replace
from datetime import timedelta

from shared.kernel.ids import AccountId
from shared.ledger.change import Change
from shared.ledger.entitlements import Agreement, Assignment, Channel, Licence, Subscription
from shared.posting.decision import Decision
from tests.fakes.world import START

LONG_AGO = START - timedelta(days=300)


async def subscribe(tenant, plan="MCOPSTN8", licences=1, location="US"):
    """Give the tenant one subscription instead of all that it has."""
    subscription = Subscription(plan, plan, licences, location, Channel.DIRECT, Agreement.WEB, LONG_AGO)

    def decide(book, _now):
        return Change(entitlements=replace(book.entitlements, subscriptions=(subscription,)))

    await tenant.world.services.ledger.post(AccountId(tenant.account), Decision(decide))


def licence_decision(user="ann", plan="MCOPSTN8", location="US"):
    """The decision that assigns a licence to *user*."""
    licence = Licence(user, (Assignment(LONG_AGO, None, plan, location),))

    def decide(book, now):
        since = book.entitlements.licensed_since or now
        return Change(entitlements=replace(book.entitlements, licensed_since=since), licences=(licence,))

    return Decision(decide, licences=(user,))


async def license_user(tenant, user="ann", plan="MCOPSTN8", location="US"):
    """Assign a licence to *user*."""
    await tenant.world.services.ledger.post(AccountId(tenant.account), licence_decision(user, plan, location))


def used_pools(world, account):
    """The stored pools as (key, used, pinned, user)."""
    rows = world.ledger.partitions[account]
    return [
        (key.removeprefix("p:"), row.values["used"], row.values["pinned"], row.values["user"])
        for key, row in sorted(rows.items())
        if key.startswith("p:")
    ]
