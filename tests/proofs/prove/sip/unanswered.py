"""Calls that nobody answers: each gives its hold back, and none has an event."""

from collections.abc import Callable
from uuid import uuid4

from tests.proofs.prove.sip.scenarios import CANCELS, CANCELS_EARLY, INVENTS, IS_BUSY, KEEPS_RINGING, Scenario, gets
from tests.proofs.prove.sip.stage import Stage

WITHOUT_RATE = "+81312345678"


def refused(stage: Stage) -> str:
    """Each "no" has its own status, and the callee never hears of the call."""
    empty, paying = stage.account(seconds=0), stage.account(seconds=100)
    stage.call(empty, gets(402), answered=0)
    stage.call(paying, gets(404), called=WITHOUT_RATE, answered=0)
    unknown = str(uuid4())
    stage.give_token(unknown)
    stage.call(unknown, gets(403), answered=0)
    for account in (empty, paying):
        _nothing_happened(stage, "refused", account)
    return "402 at zero, 404 without a rate, 403 for an unknown account; the callee gets no INVITE"


def invented(stage: Stage) -> str:
    """An INVITE that pretends to belong to a call would pass without a question: it must not pass."""
    account, asked = stage.account(seconds=0), stage.switch.logged("authorise")
    stage.call(account, INVENTS, answered=0)
    stage.checks.equal("invented: questions", stage.switch.logged("authorise") - asked, 0)
    return "INVITE with an invented tag: 481; the callee gets no INVITE"


def cancelled(stage: Stage) -> str:
    """The caller gives up while it rings."""
    return _released(stage, "cancelled", CANCELS, KEEPS_RINGING, milliseconds=500)


def cancelled_early(stage: Stage) -> str:
    """The caller gives up before the service has answered: the "yes" that comes later is released."""

    def resume() -> None:
        stage.until(lambda: stage.switch.calls() > 0, "cancelled early: the switch has the call")
        stage.until(lambda: stage.switch.calls() == 0, "cancelled early: the caller has given up")
        stage.machine.thaw_host()
        stage.switch.ask_again()

    freeze = stage.machine.freeze_host
    return _released(stage, "cancelled early", CANCELS_EARLY, None, milliseconds=500, prepare=freeze, meanwhile=resume)


def busy(stage: Stage) -> str:
    """The callee is busy."""
    return _released(stage, "busy", gets(486), IS_BUSY)


def not_answered(stage: Stage) -> str:
    """Nobody answers within the ringing time, which is shorter than the settlement margin."""
    stage.switch.put("ringSeconds", "2")
    measured = _released(stage, "not answered", gets(408), KEEPS_RINGING)
    stage.switch.put("ringSeconds", "90")
    return measured


def _released(
    stage: Stage,
    what: str,
    script: Scenario,
    answer: Scenario | None,
    *,
    milliseconds: int = 0,
    prepare: Callable[[], None] = lambda: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> str:
    account, before = stage.account(seconds=100), stage.switch.logged("200 yes")
    prepare()
    if answer is None:
        stage.call(account, script, answered=0, milliseconds=milliseconds, meanwhile=meanwhile)
    else:
        stage.call(account, script, answer, milliseconds=milliseconds, meanwhile=meanwhile)
    stage.until(lambda: stage.switch.logged("200 yes") > before, f"{what}: was allowed")
    stage.until(lambda: not stage.holds(account), f"{what}: the hold is released")
    _nothing_happened(stage, what, account)
    return f"{script.name}: the hold is released, no event"


def _nothing_happened(stage: Stage, what: str, account: str) -> None:
    stage.checks.equal(f"{what}: debits", stage.debits(account), [])
    stage.checks.equal(f"{what}: held", stage.state(account)["held"]["amount"], "0.000000")
