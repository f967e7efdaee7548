"""The sample account of `./dev up --sample`: a year of believable history, made by the real queue, API and clock.

Nothing is written behind the service's back: an operator opens the account, an administrator buys and changes settings,
a telephony system reports calls week by week, the ledger's clock moves forward from alarm to alarm, and an operator
compares a carrier's bill. So the ledger's present is a year after the computer's.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from local.clock.idle import Idle
from local.demo.calls import midnight_before
from local.demo.clients import AUTHORISE, ROLES, StandIns
from local.demo.delivery import messages, send_all
from local.history.carrier_bill import compare_bill
from local.history.organisation import ACCOUNT, AFTER_WEEKS, open_organisation
from local.history.weeks import Weeks
from local.machine.machine import Machine
from local.machine.service_client import RefusedError, ServiceClient

WEEKS = 52
WEEK, DAY = timedelta(days=7), timedelta(days=1)
LAST_DAYS = 10
"""Calls of the last days are reported day by day, so that the account looks used until yesterday."""

SEED = 7
NOT_FOUND = 404


@dataclass(slots=True)
class History:
    """One run: the machine, the clients, and the week that it has reached."""

    machine: Machine
    service: ServiceClient
    stand_ins: StandIns
    weeks: Weeks

    def report(self, since: datetime, days: int) -> None:
        """Report the calls of *days* days from *since* on, and wait until they are booked."""
        random = self.weeks.random
        events = [call.event(ACCOUNT) for call in self.weeks.calls(since, days)]
        asyncio.run(send_all(self.machine.storage, messages(random, events)))
        self.settle()

    def settle(self) -> None:
        """Wait until no message, invocation or webhook is under way."""
        hosts = [worker.address for worker in self.machine.workers]
        asyncio.run(Idle(self.machine.storage, hosts, self.machine.payments).wait())


def make_history(machine: Machine, report: Callable[[str], None]) -> None:
    """Make the sample account, unless it exists. *report* is told how far it is."""
    with (
        ServiceClient(machine.instance, ACCOUNT, (*ROLES, AUTHORISE)) as service,
        closing(StandIns(machine)) as stand_ins,
    ):
        if _exists(service):
            return
        report("making the sample account: a year of calls, purchases and e-mails (about a minute, once)")
        history = History(machine, service, stand_ins, Weeks(Random(SEED)))
        open_organisation(service)
        _live(history)


def _exists(service: ServiceClient) -> bool:
    try:
        service.get("")
    except RefusedError as refused:
        if refused.status == NOT_FOUND:
            return False
        raise
    return True


def _live(history: History) -> None:
    """Live through the weeks, and through the last days one by one."""
    began = midnight_before(history.machine.now()) + DAY
    for week in range(WEEKS):
        since = began + week * WEEK
        history.machine.move_clock(since + WEEK)
        history.report(since, WEEK.days)
        if week in AFTER_WEEKS:
            AFTER_WEEKS[week](history.service, history.stand_ins)
            history.settle()
    since = began + WEEKS * WEEK
    for day in range(LAST_DAYS):
        history.machine.move_clock(since + (day + 1) * DAY)
        history.report(since + day * DAY, 1)
    compare_bill(history.service, history.machine.now())
    history.settle()
