"""The runbook: every alarm has its heading, every block is run or excused, and rehearsals notice what does not help.

`./dev prove runbook` rehearses all of it; here are those that touch most.
"""

from dataclasses import replace

import pytest

from local.commands.sample_card import publish_sample_card
from tests.proofs.prove.rehearsal.blocks import AZURE, HERE, UnmarkedBlockError, headings, read_blocks
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.rehearsals import ALARMS, REHEARSALS, blocks_under, rehearse, syntax_errors

BLOCKS = read_blocks()
ON_AZURE = [block for block in BLOCKS if block.mark == AZURE]


@pytest.fixture
def env(machine):
    publish_sample_card(machine)
    with Environment.on(machine) as prepared:
        yield prepared


def test_every_alarm_has_a_heading_and_something_to_run():
    assert [alarm for alarm in ALARMS if alarm not in headings()] == []
    assert [alarm for alarm in ALARMS if not blocks_under(BLOCKS, alarm)] == []


def test_every_block_that_is_run_belongs_to_a_rehearsal_and_the_other_way_round():
    assert {block.heading for block in BLOCKS if block.mark == HERE} == set(REHEARSALS)


@pytest.mark.parametrize("block", ON_AZURE, ids=lambda block: f"line {block.line}")
def test_a_block_for_azure_is_a_shell_script(block):
    assert syntax_errors(block) == ""


def test_a_block_that_is_no_shell_script_is_noticed():
    assert syntax_errors(replace(BLOCKS[0], text="if true; then\n")) != ""


def test_a_block_that_is_neither_run_nor_excused_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("## A heading\n\n```\ncredits audit\n```\n")
    with pytest.raises(UnmarkedBlockError, match=r"page\.md:3"):
        read_blocks(page)


@pytest.mark.parametrize(
    "heading",
    [
        *("conflicts", "holds-time-out", "recharges-fail", "Rebuild an account", "Exempt an account"),
        "A refund hangs",
    ],
)
def test_what_the_runbook_says_helps(env, heading):
    rehearse(env, heading, blocks_under(BLOCKS, heading))
    assert env.checks.count > 3
    assert env.checks.failures == []


def test_a_rehearsal_notices_a_block_that_does_nothing(env):
    nothing = [replace(block, text="true\n") for block in blocks_under(BLOCKS, "recharges-fail")]
    rehearse(env, "recharges-fail", nothing)
    assert env.checks.failures
