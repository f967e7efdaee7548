"""Give a user the Communications Credits licence, or take it back (R16, CONTRACT 2.3)."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from shared.eligibility.licences import assigned, is_continued, removed
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.plans.catalogue import plan_at
from shared.posting.decision import Decision, Posted, Unchanged
from shared.service.http import Flaw, ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.accounts.iso_codes import Country
from shared.use_cases.entitlements.subscription_list import PlanName
from shared.views.licences import NO_LICENCE, SHOWN_ONLY, licence_of_path, user_in


def _only_true(sent: object) -> object:
    if sent is not True:
        raise ValueError("true; DELETE takes the licence back")
    return sent


class NewLicence(BaseModel):
    """The licence, with the plan and usage location of the user's calling plan."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    communicationsCredits: Annotated[Literal[True], BeforeValidator(_only_true)]  # noqa: N815 - the wire's name
    plan: PlanName | None = None
    usageLocation: Country | None = None  # noqa: N815 - the wire's name


async def assign_licence(services: Services, request: Request) -> Reply:
    """201 with the licence that is assigned from now on, for a repeat with the same content as well; 200 when the plan
    or usage location of an assigned licence changes. From the first assignment in an account on, users need one.
    """
    user, requested = await user_in(services, request), request.json(NewLicence, read_only=SHOWN_ONLY)
    if requested.plan is not None and plan_at(requested.plan, services.clock.now()) is None:
        flaw = Flaw("/plan", "unknown", "a plan of GET /plans")
        raise ProblemError("invalid_request", "there is no such plan", (flaw,))

    def decide(book: Book, now: datetime) -> Change | None:
        before = book.licences[user]
        after = assigned(before, requested.plan or "", requested.usageLocation or "", now=now)
        if after is before:
            return None
        is_first = book.entitlements.licensed_since is None
        return Change(
            licences=(after,),
            entitlements=replace(book.entitlements, licensed_since=now) if is_first else None,
        )

    answer = await services.ledger.post(request.account, Decision(decide, licences=(user,)))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    licence = answer.book.licences[user]
    return Reply(200 if is_continued(licence) else 201, licence_of_path(licence, request))


async def remove_licence(services: Services, request: Request) -> Reply:
    """200 with the user's licence as it is now, for every repeat as well; `not_found` for a user who never had one."""
    user = await user_in(services, request)

    def decide(book: Book, now: datetime) -> Change | Refused | None:
        before = book.licences[user]
        if not before.assignments:
            return Refused("not_found", NO_LICENCE)
        after = removed(before, now=now)
        return None if after is before else Change(licences=(after,))

    answer = await services.ledger.post(request.account, Decision(decide, licences=(user,)))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    return Reply(200, licence_of_path(answer.book.licences[user], request))
