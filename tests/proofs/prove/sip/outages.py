"""What fails in the field: the service is away, the switch is killed, the queue is away."""

import httpx

from tests.proofs.prove.sip.scenarios import HANGS_UP, TALKS_ON, gets
from tests.proofs.prove.sip.stage import Stage, queue_address

OPEN = 4
NOWHERE = "http://127.0.0.1:9/usage/messages"


def away_in_mid_call(stage: Stage) -> str:
    """The service goes away while people talk: the call ends with the seconds that it was granted."""
    stage.switch.put("wantedSeconds", "8")
    account = stage.account(seconds=100)

    def leave() -> None:
        stage.until(lambda: stage.holds(account) != [], "away: the call was allowed")
        stage.machine.kill_host()

    near, far = stage.call(account, TALKS_ON, meanwhile=leave)
    stage.never_beyond("away in mid-call", near, 8)
    stage.never_beyond("away in mid-call, callee", far, 8)
    stage.machine.start_host()
    stage.switch.ask_again()
    booked = stage.reported(account, 1)
    return (
        f"held 8 s, then the service is killed: cut after {near.seconds[0]:.2f} s, {booked[0]} s booked when it is back"
    )


def away(stage: Stage) -> str:
    """Without the service a call is refused or let through for a limited time, by a flag; 911 is connected."""
    closed, urgent, trusted = stage.account(seconds=100), stage.account(seconds=0), stage.account(seconds=100)
    stage.switch.put("openSeconds", str(OPEN))
    stage.machine.kill_host()
    stage.call(closed, gets(503), answered=0)
    stage.call(urgent, HANGS_UP, called="911", milliseconds=1000)
    stage.switch.put("whenAway", "open")
    near, _ = stage.call(trusted, TALKS_ON)
    stage.switch.put("whenAway", "closed")
    stage.machine.start_host()
    stage.switch.ask_again()
    stage.checks.equal("away, closed: debits", stage.debits(closed), [])
    stage.checks.equal("away, emergency: seconds charged", stage.reported(urgent, 1), [0])
    booked = stage.reported(trusted, 1)
    stage.reported_as_talked("away, open", booked[0], near)
    stage.checks.equal("away, open: bounded", near.seconds[0] <= OPEN + 1, True)
    stage.until(lambda: not stage.holds(trusted), "away, open: no hold")
    return f"closed: 503; 911 connected; open for {OPEN} s: cut after {near.seconds[0]:.2f} s and booked afterwards"


def late(stage: Stage) -> str:
    """The service answers after the switch has given up: what it held then is released."""
    account, before = stage.account(seconds=100), stage.switch.logged("release")
    stage.machine.freeze_host()
    stage.call(account, gets(503), answered=0)
    stage.machine.thaw_host()
    stage.switch.ask_again()
    stage.until(lambda: stage.switch.logged("release") > before, "late: the leg is released")
    stage.until(lambda: not stage.holds(account), "late: nothing is held")
    stage.checks.equal("late: debits", stage.debits(account), [])
    return "the service answers too late: 503, and the leg is released"


def killed(stage: Stage) -> str:
    """The switch is killed in mid-call and started again: it extends the call, cuts it and reports it."""
    stage.switch.put("wantedSeconds", "8")
    account = stage.account(seconds=14)

    def kill() -> None:
        stage.until(lambda: stage.switch.calls() == 1 and stage.holds(account) != [], "killed: the call is allowed")
        stage.until(lambda: stage.talking(account), "killed: the call is answered")
        stage.switch.kill()
        stage.switch.launch()
        stage.switch.put("wantedSeconds", "8")
        stage.give_token(account)

    near, far = stage.call(account, TALKS_ON, meanwhile=kill)
    stage.never_beyond("killed", near, 14)
    stage.never_beyond("killed, callee", far, 14)
    stage.checks.equal("killed: extended after the restart", near.seconds[0] > 8, True)
    booked = stage.reported(account, 1)
    lasted = f"cut after {near.seconds[0]:.2f} s of 14, {booked[0]} s booked"
    return f"the switch is killed in mid-call: after its restart extended, {lasted}"


def renewed(stage: Stage) -> str:
    """The address of the queue is renewed while the switch runs; it allows adding, and not reading."""
    account, address = stage.account(seconds=100), queue_address(stage.machine)
    stage.switch.put("queue", address)
    stage.checks.equal("renewed: reading the queue", httpx.get(address, trust_env=False).status_code, 403)
    stage.call(account, HANGS_UP, milliseconds=1000)
    stage.checks.equal("renewed: seconds booked", stage.reported(account, 1), [1])
    return "a new SAS while the switch runs: the event is booked; reading with that SAS is refused (403)"


def queue_away(stage: Stage) -> str:
    """The queue cannot be reached, and the switch is killed: the event waits in the database."""
    stage.switch.put("wantedSeconds", "8")
    account = stage.account(seconds=9)
    stage.switch.put("queue", NOWHERE)
    stage.call(account, HANGS_UP, milliseconds=2000)
    stage.until(lambda: stage.switch.logged("not taken") > 0, "queue away: the event was tried")
    stage.checks.equal("queue away: debits", stage.debits(account), [])
    stage.switch.kill()
    stage.switch.launch()
    stage.checks.equal("queue away: seconds booked after the restart", stage.reported(account, 1), [2])
    # the dialog may come back from the database although its call has ended: it must not be reported again
    stage.until(lambda: stage.switch.calls() == 0, "queue away: the switch has no call left")
    return "the queue cannot be reached and the switch is killed: the event arrives afterwards, once"
