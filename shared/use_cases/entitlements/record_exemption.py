"""Record an exemption: an operator permits an account to buy credit although its billing region differs (R15)."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.times import instant_text
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.entitlements import Exemption
from shared.posting.decision import Decision, Posted, Unchanged
from shared.service.http import Flaw, ProblemError, Reply, Request, refused
from shared.service.instants import AlarmInstant
from shared.service.services import Services
from shared.service.texts import Label, StatedReason
from shared.use_cases.entitlements.set_subscriptions import too_much

EXEMPTIONS_MAX = 50


class NewExemption(BaseModel):
    """Why, by which support ticket, and for how long: from `from` until `until`, half-open."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reason: StatedReason
    ticket: Label
    from_: AlarmInstant = Field(alias="from")
    until: AlarmInstant

    def exemption(self) -> Exemption:
        """The exemption as the book has it."""
        return Exemption(self.reason, self.ticket, self.from_, self.until)


async def record_exemption(services: Services, request: Request) -> Reply:
    """201 with the exemption; the same content again has no further effect and is answered likewise."""
    exemption = request.json(NewExemption).exemption()
    if exemption.until <= exemption.from_:
        flaw = Flaw("/until", "invalid", "after `from`")
        raise ProblemError("invalid_request", "an exemption ends after it begins", (flaw,))
    answer = await services.ledger.post(request.account, Decision(lambda book, _now: _recorded(book, exemption)))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    return Reply(201, exemption_json(exemption))


def _recorded(book: Book, exemption: Exemption) -> Change | Refused | None:
    before = book.entitlements
    if exemption in before.exemptions:
        return None
    if len(before.exemptions) >= EXEMPTIONS_MAX:
        return Refused("above_maximum", f"an account has at most {EXEMPTIONS_MAX} exemptions")
    after = replace(before, exemptions=(*before.exemptions, exemption))
    return too_much(after, "/reason") or Change(entitlements=after)


def exemption_json(exemption: Exemption) -> dict[str, str]:
    """One exemption."""
    return {
        "reason": exemption.reason,
        "ticket": exemption.ticket,
        "from": instant_text(exemption.from_),
        "until": instant_text(exemption.until),
    }
