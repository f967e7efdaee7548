"""Of what administrators are told, for portals, with the ETag that a change requires."""

from shared.ledger.book import Book
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.views.account import money_json


async def read_alerts(services: Services, request: Request) -> Reply:
    """The levels of the balance, the lowest first, and the roles that get no e-mail."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, alerts_json(book), {"ETag": alerts_etag(book)})


def alerts_json(book: Book) -> dict[str, object]:
    """The settings as they are shown."""
    settings, currency = book.settings, book.terms.currency
    return {
        "lowBalance": [money_json(level, currency) for level in settings.low_balance],
        "silentRoles": list(settings.silent_roles),
    }


def alerts_etag(book: Book) -> str:
    """Changes with every change of the settings; the empty ones have one, too."""
    return f'"alerts-{book.settings.alerts_version}"'
