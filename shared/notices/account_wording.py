"""The e-mails about the balance, pools, billing and settings of an account (R8, R17, R19)."""

from dataclasses import replace
from datetime import UTC, datetime

from shared.kernel.times import next_month
from shared.notices.account_kinds import (
    AccountNotice,
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    PostUsageStage,
    Recovered,
    Review,
)
from shared.notices.content import Content, Tone
from shared.notices.edition import Edition, one_line

WHOLE_POOL = 100
"""Per cent of a pool."""

MINUTE = 60

SCRIPT = "verify_statement.py"

VERIFY = f"python3 {SCRIPT} {{file}} {{chain}}"
"""How a reader checks a proof against the hash of an e-mail (docs/insight.md)."""


def account_content(notice: AccountNotice, edition: Edition) -> Content:  # noqa: PLR0911 - one for each kind
    """The content of an e-mail about the account."""
    match notice:
        case LowBalance():
            return _low_balance(notice, edition)
        case Recovered():
            return _recovered(notice, edition)
        case ExpiryAhead():
            return _expiry_ahead(notice, edition)
        case PoolLevel():
            return _pool_level(notice, edition)
        case PostUsage():
            return _post_usage(notice, edition)
        case Review():
            return _review(notice, edition)
        case MonthlyStatement():
            return _statement(notice, edition)


def _low_balance(notice: LowBalance, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {"balance": formats.money(notice.balance), "level": formats.money(notice.level)}
    facts = {
        labels.balance: values["balance"],
        labels.level: values["level"],
        labels.as_of: formats.time(notice.at),
    }
    template = replace(
        texts.low_balance,
        comes_next=(*texts.low_comes_next[notice.auto_recharge], edition.calls(notice.balance)),
        can_do=texts.low_can_do[notice.auto_recharge],
    )
    return edition.content(template, Tone.WARNING, values, facts)


def _recovered(notice: Recovered, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {"balance": formats.money(notice.balance)}
    facts = {labels.balance: values["balance"], labels.as_of: formats.time(notice.at)}
    template = replace(texts.recovered, comes_next=(edition.calls(notice.balance),))
    return edition.content(template, Tone.GOOD, values, facts)


def _expiry_ahead(notice: ExpiryAhead, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {
        "amount": formats.money(notice.amount),
        "per_day": formats.money(notice.per_day),
        "expires_at": formats.time(notice.expires_at),
        "day": formats.day(notice.expires_at),
        "within": formats.count(texts.within, notice.days),
    }
    facts = {
        labels.lost: values["amount"],
        labels.expires: values["expires_at"],
        labels.balance: formats.money(notice.balance),
        labels.per_day: values["per_day"],
    }
    happened = texts.expiry_at_rate if notice.per_day.micros else texts.expiry_unused
    return edition.content(replace(texts.expiry_ahead, happened=(happened,)), Tone.WARNING, values, facts)


def _pool_level(notice: PoolLevel, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    parts = (
        one_line(notice.capability),
        texts.pool_kinds.get(notice.destinations, ""),
        formats.country(notice.usage_location) if notice.usage_location else "",
    )
    values = {
        "level": str(notice.level),
        "pool": ", ".join(part for part in parts if part),
        "used": formats.number(notice.used_seconds // MINUTE),
        "size": formats.count(texts.minutes, notice.size_seconds // MINUTE),
        "month": formats.month(notice.month),
        "resets_at": formats.time(next_month(datetime.fromisoformat(f"{notice.month}-01").replace(tzinfo=UTC))),
    }
    facts = {
        labels.pool: values["pool"],
        labels.user: one_line(notice.user),
        labels.month: values["month"],
        labels.used: f"{values['used']} / {values['size']}",
        labels.as_of: formats.time(notice.at),
    }
    is_used_up = notice.level >= WHOLE_POOL
    template = texts.pool_used_up if is_used_up else texts.pool_near
    return edition.content(template, Tone.WARNING if is_used_up else Tone.GOOD, values, facts)


def _post_usage(notice: PostUsage, edition: Edition) -> Content:
    labels, formats = edition.texts.labels, edition.formats
    values = {"balance": formats.money(notice.balance)}
    is_done = notice.stage is PostUsageStage.DONE
    facts = {labels.balance: "" if is_done else values["balance"], labels.as_of: formats.time(notice.at)}
    return edition.content(edition.texts.post_usage[notice.stage], Tone.GOOD, values, facts)


def _review(notice: Review, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {
        "passed": formats.count(texts.months_passed, notice.months),
        "balance": formats.money(notice.balance),
        "trigger": formats.money(notice.trigger) if notice.trigger else "",
        "amount": formats.money(notice.amount) if notice.amount else "",
    }
    facts = {
        labels.balance: values["balance"],
        labels.trigger: values["trigger"],
        labels.recharge_amount: values["amount"],
    }
    template = texts.review
    recharges = texts.review_on if notice.trigger and notice.amount else texts.review_off
    again = (texts.review_again,) if notice.months == 1 else ()
    template = replace(template, happened=(*template.happened, recharges), comes_next=(*template.comes_next, *again))
    return edition.content(template, Tone.GOOD, values, facts)


def _statement(notice: MonthlyStatement, edition: Edition) -> Content:
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {"month": formats.month(notice.month), "file": f"statement-{notice.month}.proof", "script": SCRIPT}
    left = edition.money_left(notice.closing)
    facts = {
        labels.month: values["month"],
        labels.closing: left["balance"],
        labels.overdraft: left["overdraft"],
        labels.last_page: formats.number(notice.last_page),
    }
    chain = one_line(notice.chain)
    template = texts.statement_closed if notice.is_closed else texts.statement
    exact = ((labels.chain, chain), (labels.command, VERIFY.format(file=values["file"], chain=chain)))
    return replace(edition.content(template, Tone.GOOD, values, facts), exact=exact)
