"""The fraud brake in the portal: an administrator sets it, it stops a user, and one click releases it."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

from local.clock.idle import Idle
from local.demo.delivery import send_all
from local.history.organisation import ACCOUNT, USERS
from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.portal.visit import Visit

LIMIT = "[name=perUserPerHour]"
SLIDER = "[name=sensitivity]"


def sets_trips_and_releases(visit: Visit, machine: Machine, checks: Checks) -> None:
    """A low limit is set, a call crosses it, the page names the user, and a click releases the brake."""
    visit.open("brake")
    before = visit.page.locator(LIMIT).input_value()
    checks.equal("the brake at first", badge(visit), "Watching")
    visit.page.locator(SLIDER).press("End")
    meaning = str(visit.page.locator(SLIDER).get_attribute("aria-valuetext"))
    checks.equal("what the slider means", meaning.split(":", maxsplit=1)[0], "Strict")
    save(visit, "0.01")
    visit.page.locator(SLIDER).press("Home")
    checks.equal("at its other end", "Only your own limits" in str(visit.page.locator(".meaning").inner_text()), True)
    call_abroad(machine)
    reopen(visit)
    checks.equal("the brake after a dear call", badge(visit), "Calls are refused")
    checks.equal("whom it names", visit.page.locator("tbody tr", has_text=USERS[0]).count(), 1)
    checks.equal("axe on a brake that has braked", visit.violations(), [])
    visit.open("overview")
    reason = visit.page.locator(".reasons li", has_text="The fraud brake refuses calls")
    checks.equal("the first page tells", reason.locator('a[href="#/brake"]').count(), 1)
    visit.open("auto-recharge")
    checks.equal("auto-recharge tells", visit.page.locator('a[href="#/brake"]').count() > 0, True)
    visit.open("brake")
    visit.press("Release the brake")
    visit.page.locator(".badge", has_text="Watching").wait_for()
    checks.equal("kept settings", (visit.page.locator(LIMIT).input_value(), slider(visit)), ("0.01", "0.9"))
    visit.page.locator(SLIDER).fill("0.5")
    save(visit, before)
    checks.equal("settings as before", (visit.page.locator(LIMIT).input_value(), slider(visit)), (before, "0.5"))


def badge(visit: Visit) -> str:
    """The brake's state."""
    return str(visit.page.locator(".facts .badge").first.inner_text())


def slider(visit: Visit) -> str:
    """The sensitivity that is shown."""
    return str(visit.page.locator(SLIDER).input_value())


def save(visit: Visit, limit: str) -> None:
    """Save with another limit, and read again what is saved."""
    visit.page.locator(LIMIT).fill(limit)
    visit.press("Save")
    visit.page.locator(".said", has_text="Saved.").wait_for()
    visit.page.locator(".said", has_text="Saved.").wait_for(state="detached")
    visit.settle()


def reopen(visit: Visit) -> None:
    """Leave the page and come back."""
    visit.open("notices")
    visit.open("brake")


def call_abroad(machine: Machine) -> None:
    """A telephony system reports a call that no plan includes, and it is booked."""
    started = machine.now() - timedelta(minutes=5)
    data = {
        "account": ACCOUNT,
        "user": USERS[0],
        "direction": "out",
        "service": "user",
        "called": "+442079460123",
        "startedAt": instant_text(started),
        "durationSeconds": 240,
    }
    event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:example:sbc-1", "id": str(uuid4())}
    hosts = [worker.address for worker in machine.workers]

    async def report() -> None:
        await send_all(machine.storage, [json.dumps({**event, "data": data})])
        await Idle(machine.storage, hosts, machine.payments).wait()

    with ThreadPoolExecutor(1) as thread:  # this one has an event loop already: the browser's
        thread.submit(asyncio.run, report()).result()
