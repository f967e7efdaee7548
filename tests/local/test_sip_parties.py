"""What the proof with a SIP switch reads from SIPp, and how it finds out that a program is missing."""

import xml.etree.ElementTree as ET

import pytest

from tests.proofs.prove.sip import programs, scenarios
from tests.proofs.prove.sip.parties import read_log
from tests.proofs.prove.sip.scenarios import Scenario, answered_or, gets

LOG = """answered 1-17@127.0.0.1 1796003656.000000 588670.000000
answered 2-17@127.0.0.1 1796003656.000000 900000.000000
refused 3-17@127.0.0.1 1796003657.000000 1.000000
bye 1-17@127.0.0.1 1796003659.000000 599399.000000
"""
"""Two answered calls, one of them without an end, and a refused one."""


def test_calls_last_from_their_answer_to_their_bye():
    seconds, refused = read_log(LOG)
    assert seconds == pytest.approx((3.010729,), abs=1e-5)
    assert refused == 1


def test_nothing_logged_is_no_call():
    assert read_log("") == ((), 0)


def all_scenarios():
    defined = [found for found in vars(scenarios).values() if isinstance(found, Scenario)]
    return [*defined, gets(486), answered_or(402)]


@pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda scenario: scenario.name)
def test_every_scenario_is_xml_and_begins_with_its_invite(scenario):
    root = ET.fromstring(scenario.xml())
    first = root[0]
    assert first.get("request") == "INVITE" or (first.text or "").strip().startswith("INVITE ")


@pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda scenario: scenario.name)
def test_every_callee_counts_its_invites(scenario):
    root = ET.fromstring(scenario.xml())
    if root[0].get("request") == "INVITE":
        logged = root.find("recv/action/log")
        assert logged is not None
        assert str(logged.get("message")).startswith("invited ")


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setattr(programs, "program", lambda name: None if name == "sipp" else f"/usr/sbin/{name}")
    assert programs.missing("kamailio", "sipp").startswith("sipp is not installed (Debian: apt-get install kamailio ")
