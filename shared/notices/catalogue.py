"""The texts of e-mails, one catalogue for each language: the files in `words`. Everything else is the same in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import AutoRecharge, PostUsageStage
from shared.notices.decline_reason import DeclineReason
from shared.notices.kinds import ChargebackStage, OffReason

# Words in braces are filled in, already in the reader's formats. A test checks that each catalogue has the braces that
# the English one has.

Plural: TypeAlias = Mapping[str, str]
"""A text for each plural category of the language (`one`, `few`, `many`, `other`), with the number as {n}. Source:
Unicode CLDR, plural rules.
"""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of facts, and the two headings."""

    account: str
    amount: str
    balance: str
    card: str
    charged_at: str
    failed_at: str
    next_attempt: str
    largest_charge: str
    monthly_cap: str
    paused_at: str
    resumes_at: str
    overdraft: str
    recharged: str
    expires: str
    level: str
    lost: str
    per_day: str
    pool: str
    used: str
    user: str
    month: str
    trigger: str
    recharge_amount: str
    closing: str
    last_page: str
    chain: str
    command: str
    as_of: str
    comes_next: str
    can_do: str


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of e-mail: what happened, what comes next, what the reader can do (R19)."""

    subject: str
    headline: str
    happened: tuple[str, ...]
    comes_next: tuple[str, ...]
    can_do: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one language. *language* is its tag, for the page's `lang`."""

    language: str
    brand: str  # the product's name
    fact: str  # a line of the plain text: {label}, {value}
    labels: Labels
    within: Plural  # in at most {n} days
    minutes: Plural
    months_passed: Plural  # a sentence: so long is the first credit ago
    notices: Plural  # how many notices one e-mail holds
    pool_kinds: Mapping[str, str]  # what the minutes of a pool are for
    card: str  # the name of a card: {brand}, {last_four}
    manage_in_portal: str  # where the reader acts: at {portal}
    manage_elsewhere: str  # the same where no portal is configured
    footer: str
    succeeded: Template
    still_no_balance: tuple[str, ...]  # what the reader can do when the overdraft took the whole recharge
    failed_and_tried_again: Template
    failed_and_next_card: Template  # the bank refused one card for good; the next stored card is charged at once
    failed_for_good: Template
    calls_continue: str  # what a failed recharge means while {balance} lasts
    calls_may_be_refused: str  # what it means when nothing is left
    declined_because: Mapping[DeclineReason, str]  # a sentence that follows what happened
    declined_can_do: Mapping[DeclineReason, tuple[str, ...]]  # what the reader can do first
    no_card_tried: str  # instead of a reason: the payment provider refused to begin the charge
    zero: Template
    zero_comes_next: Mapping[AutoRecharge, tuple[str, ...]]
    zero_can_do: Mapping[AutoRecharge, tuple[str, ...]]
    paused: Mapping[PauseReason, Template]
    cap_near: Template  # 80 or 90 per cent of the monthly cap
    cap_reached: Template
    authentication_needed: Template
    waits_for_holder: str  # what comes next when no other card can be charged
    next_card_meanwhile: str  # what comes next when another card is charged at once
    confirm_in_portal: str  # where the holder of a card confirms it: at {page}
    confirm_elsewhere: str  # the same where no portal is configured
    switched_off: Mapping[OffReason, Template]
    card_expires: Template
    refunded: Template
    refund_failed: Template
    chargeback: Mapping[ChargebackStage, Template]
    braked: Template
    braked_user: str  # whom the brake has stopped: {user}
    braked_prefix: str  # {prefix}
    braked_all: str
    braked_amounts: str  # {observed}, {usual}
    low_balance: Template
    low_comes_next: Mapping[AutoRecharge, tuple[str, ...]]
    low_can_do: Mapping[AutoRecharge, tuple[str, ...]]
    recovered: Template
    expiry_ahead: Template
    expiry_at_rate: str  # what happened, while calls use {per_day}
    expiry_unused: str  # the same when no call uses anything
    pool_near: Template
    pool_used_up: Template
    post_usage: Mapping[PostUsageStage, Template]
    review: Template
    review_on: str  # what auto-recharge does
    review_off: str
    review_again: str  # what comes next after the first month
    statement: Template
    statement_closed: Template  # the last one of an account that is closed
    undeliverable: str  # for the other readers: to whom nothing is sent any more
    digest: Template  # several notices in one e-mail
