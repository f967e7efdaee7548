"""An account and its balance, for portals. Balance, held and overdraft are never mixed (R12)."""

from datetime import datetime

from shared.kernel.money import Money
from shared.kernel.times import instant_text
from shared.ledger.balance import balance, held, scoped, spendable
from shared.ledger.book import Book


def money_json(micros: int, currency: str) -> dict[str, str]:
    """Money in an answer: always six places (CONTRACT 2)."""
    return {"amount": Money(micros, currency).text, "currency": currency}


def account_json(book: Book, *, now: datetime) -> dict[str, object]:
    """The account at *now*."""
    terms = book.terms
    return {
        "account": terms.account,
        "name": terms.name or None,
        "currency": terms.currency,
        "country": terms.country,
        "timeZone": terms.time_zone,
        "rateCard": terms.rate_card,
        "usageFrom": instant_text(terms.usage_from),
        "openedAt": instant_text(terms.opened_at),
        "state": book.entitlements.billing.value,
        **balances_json(book, at=now),
    }


def balances_json(book: Book, *, at: datetime) -> dict[str, object]:
    """The six numbers at *at*. Credit that has expired by then does not count, whether or not its lapse is booked."""
    currency = book.terms.currency
    return {
        "balance": money_json(balance(book, at), currency),
        "held": money_json(held(book), currency),
        "overdraft": money_json(book.overdraft, currency),
        "accrued": money_json(book.accrued, currency),
        "spendable": money_json(spendable(book, at), currency),
        "scoped": money_json(scoped(book, at), currency),
    }
