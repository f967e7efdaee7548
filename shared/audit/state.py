"""The state of a replay as text, so that a later audit continues from it instead of reading the history again.

It has the rows that the replayed book would have, as the functions that write such rows make them, and what else the
replay needs: the parts of the known lots, and sums over closed lots and markers. Its size is that of the working set.
"""

import json
from dataclasses import astuple, replace
from typing import Any

from shared.audit.markers import MarkerSums
from shared.audit.multiset import Multiset
from shared.audit.parts import Parts
from shared.audit.rebuilt import book_rows
from shared.audit.replay import Replay
from shared.kernel.ids import AccountId, LotId
from shared.ports import Row
from shared.posting.journal.call_rows import pool_of
from shared.posting.journal.keys import POOL
from shared.posting.journal.rows import loaded_from, lot_of, lot_values

FORM = 1
"""The form of the text. It is raised when the rows of lots or the facts of markers change, because their sums do, and
when the book gets a fact that earlier pages determine, too. A state of another form is neither continued nor compared:
the account is audited whole.
"""

KNOWN_PAGES = 1_000
"""A closed lot is kept in the state for so many pages, because a correction may reopen it. If an older one is reopened,
the account is audited whole.
"""


class OtherFormError(ValueError):
    """The text was written by a version with another form."""


def text_of(found: Replay) -> str:
    """The state after the last page of *found*, whose pages could all be applied."""
    assert found.book is not None
    oldest = found.sequence - KNOWN_PAGES
    closed = {**found.earlier, **found.closed}
    known = {name: lot for name, lot in sorted(closed.items()) if found.closed_by[name] > oldest}
    parts = {name: found.parts[name] for name in sorted({*found.book.lots, *known})}
    facts = {
        "form": FORM,
        "rows": {key: dict(values) for key, values in sorted(book_rows(found.book).items())},
        "closed": {name: [found.closed_by[name], lot_values(lot)] for name, lot in known.items()},
        "parts": {name: list(astuple(each)) for name, each in parts.items()},
        "closedSum": _sum_facts(found.closed_sum),
        "markers": _sum_facts(found.markers.all()),
    }
    return json.dumps(facts, separators=(",", ":"))


def replay_of(account: AccountId, text: str) -> Replay:
    """The replay to continue from. Raises OtherFormError, and for a broken text what its parsers raise."""
    facts: dict[str, Any] = json.loads(text)
    if facts["form"] != FORM:
        raise OtherFormError(facts["form"])
    loaded = loaded_from(Row(key, "", values) for key, values in facts["rows"].items())
    if loaded is None or loaded.book.terms.account != account:
        raise ValueError("the state has no head, or that of another account")
    rows = {key: values for key, values in facts["rows"].items() if key.startswith(POOL)}
    pools = {key.removeprefix(POOL): pool_of(key.removeprefix(POOL), values) for key, values in rows.items()}
    position = loaded.book.position
    return Replay(
        account,
        sequence=position.sequence,
        chain=position.chain,
        book=replace(loaded.book, pools=pools),
        earlier={LotId(name): lot_of(LotId(name), values) for name, (_, values) in facts["closed"].items()},
        closed_by={LotId(name): page for name, (page, _) in facts["closed"].items()},
        closed_sum=_sum_of(facts["closedSum"]),
        parts={LotId(name): Parts(*amounts) for name, amounts in facts["parts"].items()},
        markers=MarkerSums(earlier=_sum_of(facts["markers"])),
    )


def _sum_facts(rows: Multiset) -> list[object]:
    return [rows.count, f"{rows.total:x}"]


def _sum_of(facts: list[Any]) -> Multiset:
    return Multiset(int(facts[0]), int(facts[1], 16))
