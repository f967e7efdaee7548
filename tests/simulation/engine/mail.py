"""The `Mail` port of one worker on one mail service."""

from uuid import UUID

from shared.notices.email import Email
from shared.ports import MailRefusedError, UnavailableError
from tests.simulation.engine.faults import Call, Faults, Kind, Mishap
from tests.simulation.engine.worker import Worker

SEND = Call("mail.send", Kind.SEND)


class MailService:
    """*taken* are the accepted deliveries, *refused* those that are permanently refused."""

    def __init__(self, faults: Faults) -> None:
        self.taken: list[UUID] = []
        self.refused: set[UUID] = set()
        self._faults = faults

    def take(self, delivery: UUID) -> None:
        if delivery in self.refused or self._faults.happens(Mishap.MAIL_REFUSED):
            self.refused.add(delivery)
            raise MailRefusedError("the mail service refuses this e-mail")
        self.taken.append(delivery)


class WorkerMail:
    """The `Mail` port of one worker."""

    def __init__(self, worker: Worker, service: MailService) -> None:
        self._worker = worker
        self._service = service

    async def send(self, email: Email, delivery: UUID) -> None:  # noqa: ARG002 - the port's
        await self._worker.reach(SEND, lambda: self._service.take(delivery), UnavailableError, str(delivery))
