"""The reconciliation with the payment provider, by the service's own use case."""

from collections.abc import Sequence
from datetime import timedelta

from operations.plural import count_of
from operations.progress import progress
from operations.result import Code, Result
from shared.service.services import Services
from shared.use_cases.payments.reconcile_payments import Difference, DifferenceKind, reconcile_payments


async def reconcile_days(services: Services, days: int) -> Result:
    """The differences of the last *days*, and what was done about each."""
    with progress("reconciling"):
        found = await reconcile_payments(services, services.clock.now() - timedelta(days=days))
    return Result(
        {
            "days": days,
            "differences": [{"payment": each.payment, "kind": each.kind.value, "words": each.detail} for each in found],
        },
        f"{count_of(len(found), 'difference')} in {count_of(days, 'day')}",
        ("payment", "kind", "what"),
        [(each.payment, each.kind.value, each.detail) for each in found],
        _code(found),
    )


def _code(found: Sequence[Difference]) -> Code:
    """Incomplete if something could not be compared; otherwise whether there was a difference."""
    if any(each.kind is DifferenceKind.UNREAD for each in found):
        return Code.UNAVAILABLE
    return Code.FOUND if found else Code.FINE
