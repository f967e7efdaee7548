"""The leg: the telephony system's own id of one call, under which it is authorised and reported (CONTRACT 2.2)."""

from shared.kernel.ids import AccountId
from shared.posting.decision import Event, event
from shared.service.http import ProblemError, Request
from shared.use_cases.calls.described_call import NAME_CHARACTERS

ANSWER = "answer"
"""The name, in the result of a leg's marker, of what was answered when a hold was opened. A marker without it ended the
leg before it was authorised: it was released, or its usage arrived first.
"""


def leg_event(account: AccountId, leg: str, content: str) -> Event:
    """The event of a *leg*: its marker is written once, when the leg is authorised or ends. Its key is also that of the
    hold. *content* is that of the question, empty where the leg ends.
    """
    return event("hold", account, leg, content=content)


def leg_in(request: Request) -> str:
    """The leg in the address: 1 to 256 characters."""
    leg = request.path["leg"]
    if not 1 <= len(leg) <= NAME_CHARACTERS or not leg.isprintable():
        raise ProblemError("invalid_request", f"a leg has 1 to {NAME_CHARACTERS} printable characters")
    return leg
