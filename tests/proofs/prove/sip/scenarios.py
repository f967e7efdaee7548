"""What the two parties of a call do, as SIPp scenarios. `<pause/>` lasts as long as the option -d says."""

from dataclasses import dataclass

from tests.proofs.prove.sip import messages
from tests.proofs.prove.sip.messages import ONE, TWO


@dataclass(frozen=True, slots=True)
class Scenario:
    """One party's part. *aborts*: whether an unexpected message ends it as a failure at once."""

    name: str
    steps: tuple[str, ...]
    aborts: bool = True

    def xml(self) -> str:
        """The scenario as SIPp reads it."""
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
        return f'{head}<scenario name="{self.name}">\n' + "\n".join(self.steps) + "\n</scenario>\n"


def _send(text: str, *, repeated: bool = False) -> str:
    more = ' retrans="500"' * repeated
    return f"<send{more}><![CDATA[{text}]]></send>"


def _receive(what: int | str, *, optional: bool = False, routes: bool = False) -> str:
    kind = "request" if isinstance(what, str) else "response"
    more = ' optional="true"' * optional + ' rrs="true"' * routes
    return f'<recv {kind}="{what}"{more}/>'


def _log(word: str) -> str:
    clock = f'<gettimeofday assign_to="{word}s,{word}u"/>'
    return f'<nop><action>{clock}<log message="{word} [call_id] [${word}s] [${word}u]"/></action></nop>'


PAUSE, SOON, NETWORK = "<pause/>", '<pause milliseconds="200"/>', '<pause milliseconds="20"/>'
_TRYING = (_receive(100, optional=True), _receive(180, optional=True))
_ANSWERED = (*_TRYING, _receive(200, routes=True), _send(messages.ack()), _log("answered"))
_HANGS_UP = (PAUSE, _log("bye"), _send(messages.bye(), repeated=True), _receive(200))
_IS_CUT = (_receive("BYE"), _log("bye"), NETWORK, _send(messages.ok()))
_INVITE = _send(messages.invite(), repeated=True)

HANGS_UP = Scenario("caller hangs up", (_INVITE, *_ANSWERED, *_HANGS_UP))
TALKS_ON = Scenario("caller talks on", (_INVITE, *_ANSWERED, *_IS_CUT))
REFRESHES = Scenario(
    "caller refreshes the session and talks on",
    (
        _INVITE,
        *_ANSWERED,
        PAUSE,
        _send(messages.refresh(), repeated=True),
        _receive(100, optional=True),
        _receive(200),
        _send(messages.ack(2)),
        *_IS_CUT,
    ),
)
INVENTS = Scenario(
    "caller pretends to be in a call",
    (_send(messages.invented(), repeated=True), _receive(481), _send(messages.ack_refusal())),
)
VANISHES = Scenario("caller vanishes", (_INVITE, *_ANSWERED))


def gets(status: int) -> Scenario:
    """A caller who is not connected and gets *status*."""
    refusal = (_receive(status), _send(messages.ack_refusal()))
    return Scenario(f"caller gets {status}", (_INVITE, *_TRYING, *refusal))


def answered_or(status: int) -> Scenario:
    """A caller who gets *status*, or is connected and hangs up."""
    refused = f'<recv response="{status}" optional="true" next="refused"/>'
    connected = (*_TRYING, refused, _receive(200, routes=True), _send(messages.ack()), _log("answered"), *_HANGS_UP)
    end = ('<nop next="end"/>', '<label id="refused"/>', _send(messages.ack_refusal()), _log("refused"))
    return Scenario(f"caller hangs up or gets {status}", (_INVITE, *connected, *end, '<label id="end"/>', SOON))


_CANCEL = _send(messages.cancel(), repeated=True)
_CANCELLED = (_receive(487), _send(messages.ack_refusal()))
CANCELS = Scenario(
    "caller cancels while it rings",
    (_INVITE, _receive(100, optional=True), _receive(180), PAUSE, _CANCEL, _receive(200), *_CANCELLED),
)
CANCELS_EARLY = Scenario(
    "caller cancels before the service has answered",
    # nothing was relayed yet: the 487 comes before the 200 of the CANCEL
    (_INVITE, _receive(100), PAUSE, _CANCEL, _receive(487), _receive(200), _send(messages.ack_refusal())),
)
REPEATS = Scenario(
    "INVITE is sent three times",
    (_send(messages.invite()), SOON, _send(messages.invite()), SOON, _send(messages.invite()), *_ANSWERED, *_HANGS_UP),
    aborts=False,
)
FORKS = Scenario(
    "INVITE arrives on two branches",
    (
        _send(messages.invite(ONE)),
        _receive(100),
        _send(messages.invite(TWO)),
        _receive(482),
        _send(messages.ack_refusal(TWO)),
        *_ANSWERED[1:],
        *_HANGS_UP,
    ),
    aborts=False,
)

_COUNTED = '<log message="invited [call_id]"/>'
_INVITED = f'<recv request="INVITE"><action>{_COUNTED}</action></recv>'
_RINGS = (_INVITED, _send(messages.reply("180 Ringing")))
ANSWERS = Scenario(
    "callee answers",
    (*_RINGS, PAUSE, _send(messages.reply("200 OK"), repeated=True), _receive("ACK"), _log("answered"), *_IS_CUT),
)
IS_REFRESHED = Scenario(
    "callee answers twice",
    (
        *_RINGS,
        _send(messages.reply("200 OK"), repeated=True),
        _receive("ACK"),
        _log("answered"),
        _receive("INVITE"),
        _send(messages.reply("200 OK", tag=""), repeated=True),
        _receive("ACK"),
        *_IS_CUT,
    ),
)
IS_BUSY = Scenario("callee is busy", (_INVITED, _send(messages.reply("486 Busy Here")), _receive("ACK")))
_SAVED = "".join(
    f'<ereg regexp=".*" search_in="hdr" header="{name}:" assign_to="{name.lower()}"/>' for name in ("Via", "From", "To")
)
KEEPS_RINGING = Scenario(
    "callee rings until it is cancelled",
    (
        f'<recv request="INVITE"><action>{_COUNTED}{_SAVED}</action></recv>',
        _send(messages.reply("180 Ringing")),
        _receive("CANCEL"),
        _send(messages.ok()),
        _send(messages.terminated(), repeated=True),
        _receive("ACK"),
    ),
)
