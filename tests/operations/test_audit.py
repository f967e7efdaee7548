"""What the audit counts: accounts, and apart from them the usage of unknown accounts."""

from typing import Any

import pytest

from operations.actions.audit import audit_all
from shared.posting.journal.keys import HEAD, UNATTRIBUTED
from tests.fakes.world import World
from tests.tenant import Tenant, call, report


@pytest.fixture
def world():
    return World()


async def test_a_service_without_accounts_has_none_audited(world):
    answer = await audit_all(world.services)
    assert answer.value == {"accounts": 0, "unattributedUsage": {"findings": 0}, "findings": []}
    assert answer.summary == "0 accounts audited, 0 findings; unattributed usage, 0 findings"


async def test_what_is_wrong_with_unattributed_usage_is_no_accounts_finding(world):
    await report(world, call())
    await world.publish()
    await Tenant(world).open()
    del world.ledger.partitions[UNATTRIBUTED][HEAD]
    answer = await audit_all(world.services)
    found: Any = answer.value
    assert (found["accounts"], found["unattributedUsage"]) == (1, {"findings": 1})
    assert [finding["account"] for finding in found["findings"]] == [UNATTRIBUTED]
    assert answer.summary == "1 account audited, 0 findings; unattributed usage, 1 finding"
