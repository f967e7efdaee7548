"""docs/observability.md lists exactly the existing metrics and spans."""

import re
from pathlib import Path

from shared.telemetry.instruments import METER

ROOT = Path(__file__).parents[2]
TOLD = (ROOT / "docs" / "observability.md").read_text()


def instruments():
    return {each._name: each for each in vars(METER)["_instruments"]}


def test_every_metric_is_documented():
    assert set(re.findall(r"^\| `(credits\.[a-z_.]+)` \|", TOLD, re.MULTILINE)) == set(instruments())


def test_every_metric_has_a_description_and_a_unit():
    for name, each in instruments().items():
        assert each._description, name
        assert each._unit == "s" or re.fullmatch(r"\{[a-z-]+\}", each._unit), name


def test_every_span_is_documented():
    code = "".join(path.read_text() for path in (ROOT / "shared").rglob("*.py"))
    names = set(re.findall(r'\bspan\("([a-z-]+)"', code))
    assert names == {"usage", "usage-poison", "commit", "payment", "e-mail", "wakeup"}
    for name in names:
        assert re.search(rf"`{name}`|^ +{name} ", TOLD, re.MULTILINE), name
