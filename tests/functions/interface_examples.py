"""Runs the examples of the OpenAPI document on a small world, and records what they answer.

`python -m tests.functions.interface_examples` writes the answers into shared/interface/examples.json and the document
into docs/openapi.json, after the interface has changed.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from shared.interface import examples, openapi
from shared.interface.operations import OPERATIONS
from shared.interface.portal_files import portal_digest
from shared.service.operation import Operation
from shared.service.roles import accepted
from shared.use_cases.imports.take_file import take_file
from shared.use_cases.reconciliation.take_export import take_export
from shared.use_cases.refunds.start_refund import start_refund
from tests.fakes.world import World, request
from tests.functions.requests import Answer, HttpApi
from tests.tenant import Tenant, call, report, subscription, usd

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
CLOSED = "5f0c1f9e-0000-4000-8000-000000000003"
CALLS = """id,direction,service,called,user,startedAt,durationSeconds
c-1,out,user,+442079460123,ann,2026-03-01T11:00:00Z,90
c-2,out,user,+819012345678,ann,2026-03-01T11:05:00Z,60
"""
UNRATED = "+819012345678"


class Prepared:
    """A world in which each example can be run: an account with a card, a purchase, calls, and usage in suspense."""

    def __init__(self) -> None:
        self.world = World()
        self.tenant = Tenant(self.world)
        self.ids: dict[tuple[str, str], str] = {}
        """What stands in a path, by operation and parameter, where the service gives the id."""

    async def prepare(self) -> "Prepared":
        await self.world.publish()
        await self.tenant.open(name="Contoso")
        await Tenant(self.world, CLOSED).open()
        stored = await self.tenant.store_card()
        for operation in ("order_card", "remove_card"):
            self.ids[operation, "method"] = stored["id"]
        bought: Any = (await self.tenant.buy("100")).value
        await report(
            self.world, call("call-1", 90), call("call-2", 60, called=UNRATED), call("call-3", 60, called=UNRATED)
        )
        await report(self.world, call("call-1", 120))
        await self.tenant.authorise("call-5")
        for operation in ("read_purchase", "cancel_purchase"):
            self.ids[operation, "purchase"] = bought["id"]
        for operation in ("read_movement", "reverse_movement"):
            self.ids[operation, "movement"] = (await self.tenant.movements(kind="debit"))[0]["id"]
        waiting = {item["reason"]: item["id"] for item in await self.tenant.suspended()}
        for operation in ("replay_suspended", "dismiss_suspended"):
            self.ids[operation, "item"] = waiting["no_rate"]
        later = {"agreement": "enterprise", "billingCountry": "DE", "from": "2026-06-01T00:00:00Z"}
        await self.tenant.set_subscriptions(subscription("S-1"), subscription("S-2", **later))
        await self.tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
        registered = await self.tenant.register_number("+18005550100")
        self.ids["release_service_number", "serviceNumber"] = registered["id"]
        self.ids["accept_conflict", "item"] = waiting["conflict"]
        refunded = {"lot": bought["lot"], "amount": usd("5")}
        refund: Any = await self.tenant.request(start_refund, refunded, key="5e8f")
        self.ids["read_refund", "refund"] = refund.value["id"]
        for operation in ("read_portal_asset", "read_portal_folder_asset"):
            self.ids[operation, "digest"] = portal_digest()
        sent = {"format": "csv", "account": self.tenant.account}
        taken: Any = await take_file(self.world.services, request(body=CALLS, query=sent))
        self.ids["read_usage_receipt", "receipt"] = taken.value["receipt"]
        march = {"format": "csv", "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
        asked: Any = await take_export(self.world.services, request(body=CALLS, query=march))
        for operation in ("read_reconciliation", "read_dispute_sheet"):
            self.ids[operation, "reconciliation"] = asked.value["id"]
        await self.world.drain()
        return self

    async def run(self, operation: Operation) -> Answer:
        """Send the operation's example, with the ids of this world."""
        if operation.name.endswith("post_usage"):
            await self.tenant.set_subscriptions(subscription("S-1", agreement="newCommerce"))
        example = examples.EXAMPLES[operation.name]
        path = operation.path.removeprefix("v1/")
        for name, text in example.get("path", {}).items():
            path = path.replace(f"{{{name}}}", self.ids.get((operation.name, name), text))
        body = example.get("body")
        if operation.name == "receive_stripe_webhook":
            body = b"pi_unknown"  # the world's webhooks are not signed; tests/contracts try the real ones
        media = operation.body if isinstance(operation.body, str) and "/" in operation.body else "application/json"
        api = HttpApi(self.world)
        with api.replacing_services():
            return await api.request(
                operation.method,
                path,
                version="" if not operation.path.startswith("v1/") else "v1/",
                roles=tuple(accepted(operation.role)) if operation.role else (),
                body=body.encode() if isinstance(body, str) else body,
                headers={**example.get("headers", {}), "Content-Type": media},
                query="&".join(f"{name}={text}" for name, text in example.get("query", {}).items()),
            )


async def record() -> None:
    """Write each example's answer beside what is sent, then the document."""
    recorded = {}
    for operation in OPERATIONS:
        if "/" in operation.answer:
            recorded[operation.name] = examples.EXAMPLES[operation.name]
            continue
        prepared = await Prepared().prepare()
        answer = await prepared.run(operation)
        example = dict(examples.EXAMPLES[operation.name])
        for (name, parameter), made in prepared.ids.items():
            if name == operation.name:
                example["path"] = {**example["path"], parameter: made}
        assert answer.status in operation.statuses, (operation.name, answer.body)
        example["answer"] = answer.json
        recorded[operation.name] = example
    examples.FILE.write_text(json.dumps(recorded, indent=2, ensure_ascii=False) + "\n")
    examples.EXAMPLES.update(recorded)
    DOCUMENT.write_bytes(openapi.openapi_text() + b"\n")


if __name__ == "__main__":
    asyncio.run(record())
