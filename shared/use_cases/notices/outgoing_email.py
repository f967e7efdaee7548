"""A notice on its way to one group of readers: its identity, its marker, and the record of what became of it.

A marker for each delivery records what was sent, because the mail service guarantees nothing about a repeated
Operation-Id. A crash between sending and marking sends the e-mail once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.ledger.book import Book, Terms
from shared.ledger.change import NOTHING, Change
from shared.notices.email import Email
from shared.notices.languages import language_of
from shared.notices.notice import Notice, kind_of
from shared.notices.recipients import Readers
from shared.notices.wording import email
from shared.ports import Delivery, DeliveryState
from shared.posting.decision import Decision, Event, Posted, event
from shared.service.services import Services


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """*notice* to *readers*, about the account of *terms*. *name* is the notice's identity, *undeliverable* the
    addresses of colleagues to whom nothing is sent.
    """

    terms: Terms
    name: str
    notice: Notice
    readers: Readers
    undeliverable: tuple[str, ...] = ()

    @property
    def event(self) -> Event:
        """What its marker settles: the same however often it is tried."""
        return event("notice", self.terms.account, self.name, self.readers.identity, content="")

    @property
    def id(self) -> str:
        """The id of its record: sorted by the commit of the notice."""
        _, sequence, number = self.name.rsplit(".", 2)
        return f"{int(sequence):012d}.{int(number):03d}.{self.readers.identity[:12]}"

    @property
    def organisation(self) -> str:
        """What the e-mail calls the account."""
        return self.terms.name or self.terms.account

    def email(self, portal: str) -> Email:
        """The e-mail, if it is sent alone."""
        return email(self.notice, self.readers, self.organisation, portal, self.undeliverable)


def record_of(outgoing: OutgoingEmail) -> Delivery:
    """The record of *outgoing* before it was tried."""
    readers, kind = outgoing.readers, kind_of(outgoing.notice)
    return Delivery(
        id=outgoing.id,
        kind=kind.value,
        at=outgoing.notice.at,
        language=language_of(readers.locale),
        readers=readers.identity,
        recipients=len(readers.addresses),
    )


async def mark(services: Services, outgoing: OutgoingEmail) -> bool:
    """Write the marker: *outgoing* was dealt with. False when it was written before."""
    return isinstance(await services.ledger.post(outgoing.terms.account, Decision(_mark_only, outgoing.event)), Posted)


async def note(
    services: Services,
    outgoing: OutgoingEmail,
    ids: Sequence[str],
    state: DeliveryState,
    *,
    notice: str = "",
    undelivered: int = 0,
) -> None:
    """Write into the records what became of them. A delivery report that came first is kept."""
    for name in ids:
        while (record := await services.deliveries.get(outgoing.terms.account, name)) is not None:
            is_reported = record.state in {DeliveryState.DELIVERED, DeliveryState.FAILED}
            changed = replace(
                record,
                state=record.state if is_reported else state,
                notice=notice,
                claimed_until=None,
                undelivered=record.undelivered + undelivered,
            )
            if await services.deliveries.put(outgoing.terms.account, [changed]):
                break


def _mark_only(_book: Book, _now: datetime) -> Change:
    """Nothing but the delivery's marker is written."""
    return NOTHING
