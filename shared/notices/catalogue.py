"""What a language must say. One catalogue a language; everything else about an e-mail is the same in all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.ledger.pause import PauseReason
from shared.notices.kinds import AutoRecharge, DeclineReason

# Words in braces are filled in, already in the reader's conventions: {organisation} everywhere; {amount}, {balance},
# {at}, {card} of recharges; {next_attempt} where there is one; {overdraft} and {at} of the balance; {balance} and {at}
# of a pause, with {limit} and {resumes_at} where there are any. A test holds each catalogue to the braces that the
# English one has.


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
    reached_zero_at: str
    comes_next: str
    can_do: str


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of e-mail: what happened, what comes next, what the reader can do (R19)."""

    subject: str
    headline: str
    happened: tuple[str, ...]
    comes_next: tuple[str, ...]
    can_do: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one language (*language* is its tag, for the page's `lang`)."""

    language: str
    labels: Labels
    card: str  # how a card is named: {brand}, {last_four}
    footer: str
    succeeded: Story
    failed_and_tried_again: Story
    failed_for_good: Story
    calls_go_on: str  # what a failed recharge means while {balance} lasts
    calls_have_stopped: str  # and when nothing is left
    declined_because: Mapping[DeclineReason, str]  # a sentence that follows what happened
    declined_so: Mapping[DeclineReason, tuple[str, ...]]  # what the reader can do first
    zero: Story
    zero_next: Mapping[AutoRecharge, tuple[str, ...]]
    zero_so: Mapping[AutoRecharge, tuple[str, ...]]
    paused: Mapping[PauseReason, Story]
