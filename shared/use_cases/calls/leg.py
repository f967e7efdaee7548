"""The leg: the telephony system's own id of one call, under which it is authorised and reported (CONTRACT 2.2)."""

from shared.kernel.ids import AccountId
from shared.posting.decision import Event, event

ANSWER = "answer"
"""The name, in the result of a leg's marker, of what was answered when a hold was opened. A marker without it ended the
leg before it was authorised: it was released, or its usage arrived first.
"""


def leg_event(account: AccountId, leg: str, content: str) -> Event:
    """The event of a *leg*: its marker is written once, when the leg is authorised or ends. Its key is also that of the
    hold. *content* is that of the question, empty where the leg ends.
    """
    return event("hold", account, leg, content=content)
