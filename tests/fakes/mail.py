"""The port `Mail` in memory; tests/contracts check that it keeps the port's contract."""

from collections import deque
from uuid import UUID

from shared.notices.email import Email
from shared.ports import MailRefusedError, MailThrottledError, UnavailableError


class FakeMail:
    """*sent* are the accepted e-mails with their deliveries; `plan` sets other outcomes for the next ones."""

    def __init__(self) -> None:
        self.sent: list[tuple[Email, UUID]] = []
        self._planned: deque[str] = deque()

    @property
    def emails(self) -> list[Email]:
        return [email for email, _ in self.sent]

    def plan(self, outcome: str, times: int = 1) -> None:
        """Set the next outcomes: rejected (`throttled`, `error_500`, `refused`), or accepted unanswered (`timeout`)."""
        self._planned.extend([outcome] * times)

    async def send(self, email: Email, delivery: UUID) -> None:
        outcome = self._planned.popleft() if self._planned else None
        if outcome == "refused":
            raise MailRefusedError("the mail service refuses this e-mail")
        if outcome in (None, "timeout"):
            self.sent.append((email, delivery))
        if outcome == "throttled":
            raise MailThrottledError("the mail service: throttled")
        if outcome is not None:
            raise UnavailableError(f"the mail service: {outcome}")
