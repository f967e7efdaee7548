"""One e-mail's language, formats, organisation and portal, with which its template is filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.money import Money
from shared.notices.catalogue import Catalogue, Template
from shared.notices.content import Content, Tone
from shared.notices.kinds import ChargedCard
from shared.notices.locale_formats import LocaleFormats

# Control characters would start another header; the marks that turn the writing direction can make an amount read as
# another one.
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Edition:
    """Language, formats, organisation and portal of one e-mail."""

    texts: Catalogue
    formats: LocaleFormats
    organisation: str
    portal: str

    def content(self, template: Template, tone: Tone, values: Mapping[str, str], facts: Mapping[str, str]) -> Content:
        """*template* with its braces filled by *values*, and those *facts* that have a value."""
        texts, values = self.texts, {**values, "organisation": self.organisation, "portal": self.portal}
        manage = texts.manage_in_portal if self.portal else texts.manage_elsewhere
        facts = {texts.labels.account: self.organisation, **facts}
        return Content(
            language=texts.language,
            brand=texts.brand,
            fact=texts.fact,
            tone=tone,
            subject=template.subject.format_map(values),
            headline=template.headline.format_map(values),
            happened=tuple(sentence.format_map(values) for sentence in template.happened),
            facts=tuple((label, value) for label, value in facts.items() if value),
            comes_next_heading=texts.labels.comes_next,
            comes_next=tuple(sentence.format_map(values) for sentence in template.comes_next),
            can_do_heading=texts.labels.can_do,
            can_do=tuple(sentence.format_map(values) for sentence in template.can_do),
            manage=manage.format_map(values),
            portal=self.portal,
            footer=texts.footer.format_map(values),
        )

    def money_left(self, net: Money) -> dict[str, str]:
        """Balance and overdraft, of which *net* is the difference: two numbers, never mixed (R12). One is zero."""
        balance, overdraft = max(net.micros, 0), max(-net.micros, 0)
        return {
            "balance": self.formats.money(Money(balance, net.currency)),
            "overdraft": self.formats.money(Money(overdraft, net.currency)) if overdraft else "",
        }

    def calls(self, net: Money) -> str:
        """What the balance means for calls."""
        return self.texts.calls_continue if net.micros > 0 else self.texts.calls_may_be_refused

    def remark(self, undeliverable: tuple[str, ...]) -> str:
        """What other readers must know about addresses that get nothing; empty when there are none. They do not see
        the whole addresses, as they do not see who else gets the e-mail.
        """
        if not undeliverable:
            return ""
        return self.texts.undeliverable.format(addresses=", ".join(map(_masked, undeliverable)))

    def card(self, card: ChargedCard | None) -> str:
        """The card's name, empty when it is not known."""
        if card is None:
            return ""
        return self.texts.card.format(brand=one_line(card.brand).capitalize(), last_four=one_line(card.last_four))


def one_line(text: str) -> str:
    """*text* without anything that ends a line or turns the writing direction."""
    return _NOT_IN_A_LINE.sub(" ", text).strip()


def _masked(address: str) -> str:
    """As much of an address as its owner's colleagues recognise: "a***@contoso.com"."""
    name, _, host = address.rpartition("@")
    return one_line(f"{name[:1]}***@{host}")
