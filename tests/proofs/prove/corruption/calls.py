"""Damage to what calls need: holds, pools, licences and entitlements."""

from collections.abc import Callable

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.rows import increased

NO_SUCH = "0" * 32


def _first(scenario: ScenarioRows, prefix: str) -> str:
    return scenario.ledger.keys(prefix)[0]


def _text(prefix: str, name: str, old: str, new: str) -> Callable[[ScenarioRows], None]:
    """Replace *old* with *new* in the property *name* of the first row under *prefix*."""

    def apply(scenario: ScenarioRows) -> None:
        key = _first(scenario, prefix)
        text = scenario.ledger.get(key)[name]
        assert old in text, text
        scenario.ledger.change(key, **{name: text.replace(old, new)})

    return apply


def _lost(prefix: str) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.delete(_first(scenario, prefix))


def _copied(prefix: str, key: str) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.put(key, scenario.ledger.get(_first(scenario, prefix)))


def _more_used(scenario: ScenarioRows) -> None:
    key = _first(scenario, "p:")
    scenario.ledger.change(key, used=increased(scenario.ledger.get(key)["used"], 60))


CALLS = (
    Damage("a hold is larger", Invariant.HOLD, _text("a:hold:", "hold", '"seconds":300', '"seconds":3000')),
    Damage("a hold times out later", Invariant.HOLD, _text("a:hold:", "hold", '"until":"2', '"until":"3')),
    Damage("a hold is lost", Invariant.HOLD, _lost("a:hold:")),
    Damage("a hold too many", Invariant.HOLD, _copied("a:hold:", f"a:hold:{NO_SUCH}")),
    Damage("a pool has more used", Invariant.POOL, _more_used),
    Damage("a pool is lost", Invariant.POOL, _lost("p:")),
    Damage("a pool too many", Invariant.POOL, _copied("p:", "p:2020-01.MCOPSTN1.domestic.US.")),
    Damage("a licence has another plan", Invariant.CHAIN, _text("l:", "licence", "MCOPSTN1", "MCOPSTN2")),
    Damage("a licence is lost", Invariant.CHAIN, _lost("l:")),
    Damage("a licence too many", Invariant.CHAIN, _copied("l:", f"l:{NO_SUCH}")),
    Damage("a subscription has more licences", Invariant.CHAIN, _text("a:entit", "e0", '"licences":1', '"licences":9')),
    Damage("the entitlements are lost", Invariant.CHAIN, _lost("a:entitlements")),
)
