"""docs/deploy.md: its commands exist, and its figures are computed."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from local.infra.costs import GB, SECONDS, tables
from local.infra.used_by_code import OF_THE_PLATFORM
from local.machine.paths import ROOT

PAGE = (ROOT / "docs" / "deploy.md").read_text()
BLOCKS = "\n".join(re.findall(r"(?m)^    (.+)$", PAGE))


def test_the_page_lists_exactly_the_existing_scripts_and_parameter_files():
    named = set(re.findall(r"infra/(\w+\.sh)", PAGE))
    assert named == {path.name for path in INFRA.glob("*.sh")}
    for name in re.findall(r"infra/(\w+\.bicepparam)", BLOCKS):
        assert (INFRA / name).is_file()


def test_five_commands_lead_to_the_first_debit():
    [five] = re.findall(r"## Five commands\n\n.+\n\n((?:    .+\n)+)", PAGE)
    assert len(five.splitlines()) == 5
    assert five.splitlines()[-1].strip() == "sh infra/first_debit.sh trial"


def test_the_page_lists_the_variables_of_the_parameter_files():
    for name in ("trial", "production"):
        for variable in re.findall(r"readEnvironmentVariable\('(\w+)'", (INFRA / f"{name}.bicepparam").read_text()):
            assert variable in PAGE, variable


def test_every_deployment_is_recorded_in_its_region():
    commands = re.findall(r"az deployment sub (?:create|what-if) .+", PAGE)
    assert len(commands) == 3
    for command in commands:
        assert '--location "${CREDITS_LOCATION:-westeurope}"' in command
    for name in ("trial", "production"):
        text = (INFRA / f"{name}.bicepparam").read_text()
        assert "param location = readEnvironmentVariable('CREDITS_LOCATION', 'westeurope')" in text


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.heads[0])
def test_the_costs_are_those_of_the_command(table):
    assert "\n".join(table.lines()) in PAGE


def test_settings_that_only_azure_reads_are_explained():
    explained = set(re.findall(r"`([A-Z]\w+)`", PAGE[PAGE.index("| setting | who reads it |") :]))
    assert set(OF_THE_PLATFORM) <= explained


def test_the_page_describes_trial_and_production_correctly():
    trial, production = ((INFRA / f"{name}.bicepparam").read_text() for name in ("trial", "production"))
    assert "locked = false" in trial
    assert "purgeProtection = false" in trial
    for said in ("locked = true", "purgeProtection = true", "'Standard_GZRS'", "param mailDomain ="):
        assert said in production
    assert production.count("instanceCount: 1 ") == 2


def test_the_figures_in_the_text_are_those_of_the_price_file():
    given = json.loads((INFRA / "prices.json").read_text())
    price = given["prices"]
    a_month = GB * SECONDS
    awake = a_month * price["onDemandGBs"]
    kept, busy = a_month * price["readyGBs"], a_month * (price["readyGBs"] + price["readyActiveGBs"])
    page = " ".join(PAGE.split())
    assert f"at most {awake:.0f} dollars a month" in page
    assert f"ready costs {kept:.0f} dollars idle and {busy:.0f} when" in page
    singly, fifty = given["measured"]["singly"], given["measured"]["fifty"]
    assert f"{singly['queue']:,} queue operations and {singly['all'] - singly['queue']} table transactions" in page
    assert f"{fifty['queue']} and {fifty['all'] - fifty['queue']} for 1,000" in page
