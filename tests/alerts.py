"""What a tenant's administrators choose to be told, and were told."""

from typing import Any

from shared.service.http import Reply
from shared.use_cases.notices.set_alerts import set_alerts as set_alerts_use_case
from shared.views.notices import list_notices
from tests.tenant import Tenant, usd


async def set_alerts(tenant: Tenant, *levels: str, etag: str = "*", **fields: Any) -> Reply:
    """Set the levels of the balance, in dollars; *fields* override."""
    body = {"lowBalance": [usd(level) for level in levels], **fields}
    return await tenant.request(set_alerts_use_case, body, etag=etag)


async def told(tenant: Tenant, **query: str) -> list[Any]:
    """The notices that were sent, as portals see them."""
    shown: Any = (await tenant.request(list_notices, query=query)).value
    return list(shown["items"])
