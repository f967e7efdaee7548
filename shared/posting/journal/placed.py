"""What a page did between its movements: the order of holds, refunds and claims among the movements matters."""

from shared.ledger.change import NOTHING, Change
from shared.ledger.hold import HoldEnd
from shared.posting.journal.call_rows import HOLD
from shared.posting.journal.money_back_rows import REFUND, disputed_of
from shared.posting.journal.pages import Page


def placed_changes(page: Page) -> dict[int, Change]:
    """What the page did to holds, refunds and claims, by the number of movements that came before."""
    changes: dict[int, Change] = {}
    for place, hold in page.facts.get("holds", ()):
        changes[place] = changes.get(place, NOTHING).then(Change(holds=(HOLD.validate_python(hold),)))
    for place, key, how in page.facts.get("ended", ()):
        changes[place] = changes.get(place, NOTHING).then(Change(ended=((key, HoldEnd(how)),)))
    for place, refund in page.facts.get("refunds", ()):
        changes[place] = changes.get(place, NOTHING).then(Change(refunds=(REFUND.validate_python(refund),)))
    for facts in page.facts.get("disputed", ()):
        changes[facts[0]] = changes.get(facts[0], NOTHING).then(Change(disputed=(disputed_of(facts),)))
    return changes
