"""Calls that are answered: what they cost, where their money ends, and that one INVITE is one call."""

from tests.proofs.prove.sip.scenarios import (
    FORKS,
    HANGS_UP,
    IS_REFRESHED,
    REFRESHES,
    REPEATS,
    TALKS_ON,
    VANISHES,
    answered_or,
)
from tests.proofs.prove.sip.stage import Stage

WANTED = "10"
"""Seconds that the switch asks for at a time here, so that calls of seconds are extended."""

AT_ONCE, PAID = 20, 7
CUT_APART = 0.5
"""The two BYEs of a cut leave the switch together."""


def answered(stage: Stage) -> str:
    """The caller hangs up after 3 s: one event of 3 s settles the hold."""
    account = stage.account(seconds=100)
    near, _ = stage.call(account, HANGS_UP, milliseconds=3000)
    stage.checks.equal("answered: seconds booked", stage.reported(account, 1), [3])
    stage.checks.equal("answered: balance", stage.seconds_left(account), 97)
    return f"talked {near.seconds[0]:.2f} s, 3 s booked, the hold is settled"


def outlived(stage: Stage) -> str:
    """Money for 7 s and a caller who never hangs up: both sides are cut before it is used up."""
    account = stage.account(seconds=7)
    near, far = stage.call(account, TALKS_ON)
    stage.never_beyond("outlived", near, 7)
    stage.never_beyond("outlived, callee", far, 7)
    booked = stage.reported(account, 1)
    stage.reported_as_talked("outlived", booked[0], near)
    assert far is not None
    apart = abs(near.seconds[0] - far.seconds[0])
    stage.checks.equal("outlived: both sides are cut together", apart < CUT_APART, True)
    return f"money for 7 s: both sides cut after {near.seconds[0]:.2f} s, {booked[0]} s booked"


def extended(stage: Stage) -> str:
    """The hold grows while people talk, and the call is cut when nothing is left to extend it."""
    stage.switch.put("wantedSeconds", WANTED)
    account = stage.account(seconds=24)
    before = stage.switch.logged("allowed=1")
    near, far = stage.call(account, TALKS_ON)
    stage.never_beyond("extended", near, 24)
    stage.never_beyond("extended, callee", far, 24)
    booked = stage.reported(account, 1)
    extensions = stage.switch.logged("allowed=1") - before
    stage.checks.equal("extended: at least twice", extensions >= 2, True)
    stage.checks.equal("extended: lasted longer than the first hold", near.seconds[0] > int(WANTED), True)
    lasted = f"cut after {near.seconds[0]:.2f} s, {booked[0]} s booked"
    return f"money for 24 s, held {WANTED} s at a time: {extensions} extensions, {lasted}"


def refreshed(stage: Stage) -> str:
    """A second INVITE in the same call, as session timers send it, must not restart the limit."""
    account = stage.account(seconds=6)
    near, far = stage.call(account, REFRESHES, IS_REFRESHED, milliseconds=3000)
    stage.never_beyond("refreshed", near, 6)
    stage.never_beyond("refreshed, callee", far, 6)
    booked = stage.reported(account, 1)
    return f"money for 6 s, INVITE again after 3 s: cut after {near.seconds[0]:.2f} s, {booked[0]} s booked"


def vanished(stage: Stage) -> str:
    """The caller disappears without a BYE: the switch ends the call with its money, and the callee gets a BYE."""
    account = stage.account(seconds=6)
    _, far = stage.call(account, VANISHES)
    stage.never_beyond("vanished", far, 6)
    booked = stage.reported(account, 1)
    stage.until(lambda: stage.switch.calls() == 0, "vanished: the switch has no call left")
    assert far is not None
    return f"money for 6 s: the callee is cut after {far.seconds[0]:.2f} s, {booked[0]} s booked"


def repeated(stage: Stage) -> str:
    """An INVITE that arrives three times is one call."""
    account = stage.account(seconds=100)
    stage.call(account, REPEATS, milliseconds=2000)
    stage.checks.equal("repeated: calls booked", len(stage.reported(account, 1)), 1)
    return "INVITE sent three times: one call, one event"


def forked(stage: Stage) -> str:
    """The same INVITE on a second branch is refused with 482 and does not share the hold."""
    account = stage.account(seconds=100)
    stage.call(account, FORKS, milliseconds=2000)
    stage.checks.equal("forked: calls booked", len(stage.reported(account, 1)), 1)
    return "INVITE on two branches: 482 for the second, one call, one event"


def emergency(stage: Stage) -> str:
    """911 at a balance of zero: connected without a question, never cut, booked free of charge."""
    account = stage.account(seconds=0)
    asked = stage.switch.logged("authorise")
    stage.call(account, HANGS_UP, called="911", milliseconds=2000)
    stage.checks.equal("emergency: seconds charged", stage.reported(account, 1), [0])
    [debit] = stage.debits(account)
    stage.checks.equal("emergency: kind", debit["explanation"]["callKind"], "emergency")
    stage.checks.equal("emergency: questions", stage.switch.logged("authorise") - asked, 0)
    return "911 at zero: answered, booked as emergency with 0"


def at_once(stage: Stage) -> str:
    """Twenty callers at the same moment, and money for seven of them."""
    stage.switch.put("wantedSeconds", WANTED)
    account = stage.account(seconds=PAID * int(WANTED))
    near, _ = stage.call(account, answered_or(402), calls=AT_ONCE, answered=PAID, milliseconds=4000)
    stage.checks.equal("at once: answered and refused", (len(near.seconds), near.refused), (PAID, AT_ONCE - PAID))
    stage.never_beyond("at once", near, PAID * int(WANTED))
    booked = stage.reported(account, PAID)
    stage.checks.equal("at once: seconds booked", booked, [4] * PAID)
    stage.checks.equal("at once: balance", stage.seconds_left(account), PAID * int(WANTED) - sum(booked))
    return f"{AT_ONCE} at once with money for {PAID}: {len(near.seconds)} answered, {near.refused} refused with 402"
