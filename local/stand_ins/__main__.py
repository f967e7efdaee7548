"""`python -m local.stand_ins PLAN`: every stand-in on its own loopback port, in one process."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from local.clock import LocalClock
from local.clock.app import ClockControl, clock_app
from local.machine.loopback import Server
from local.stand_ins.email.app import make_app as mailbox_app
from local.stand_ins.issuer import Issuer
from local.stand_ins.plan import Plan
from local.stand_ins.stripe.app import make_app as payments_app
from local.stand_ins.traces.app import make_app as traces_app
from local.start_page import start_page_app
from shared.kernel.ids import AccountId
from shared.service.roles import Role

if TYPE_CHECKING:
    from local.clock.fast_forward import FastForward

READ, OPERATE = Role.READ.value, Role.OPERATE.value


def apps(plan: Plan) -> Mapping[str, Starlette]:
    """The app of each stand-in, by the name of its listening socket."""
    issuer = Issuer(plan.file("issuer.pem"), plan.addresses["issuer"], plan.audience)

    def bearer(tenant: str) -> Mapping[str, str]:
        """An operator's header, for the page on which files are dropped."""
        return {"Authorization": f"Bearer {issuer.mint(AccountId(tenant), (READ, OPERATE))}"}

    clock = LocalClock(plan.file("clock"))

    def fast_forward() -> "FastForward":
        from local.clock.fast_forward import FastForward  # noqa: PLC0415 - start of every machine

        progress = plan.file("clock-progress")
        return FastForward(clock, plan.storage, plan.hosts, plan.addresses["payments"], progress)

    control = ClockControl(clock, fast_forward)
    return {
        "page": start_page_app(clock, control, {**plan.addresses, "http": plan.hosts[0]}, plan.storage, bearer),
        "issuer": issuer.app(plan.hosts[0]),
        "clock": clock_app(control),
        "payments": payments_app(
            clock=clock,
            api_key=plan.payments_key,
            webhook_secret=plan.webhook_secret,
            webhook_address=plan.webhook_address,
            file=plan.file("payments.json"),
        ),
        "mailbox": mailbox_app(clock, plan.mail_key, plan.file("mail")),
        "traces": traces_app(),
    }


async def serve(plan: Plan) -> None:
    """Serve all until SIGINT or SIGTERM, then let each complete its running requests."""
    servers = {
        name: Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3))
        for name, app in apps(plan).items()
    }

    def stop() -> None:
        for server in servers.values():
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    listening = {name: socket.socket(fileno=number) for name, number in plan.listeners.items()}
    await asyncio.gather(*(server.serve([listening[name]]) for name, server in servers.items()))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("azure", "httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    asyncio.run(serve(Plan.read(sys.argv[1])))
