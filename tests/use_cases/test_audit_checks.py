"""How often the audit looks at an account, what of it counts, and who is told meanwhile (R25)."""

from collections import Counter
from itertools import count

import pytest

from shared.audit.finding import Finding, Invariant
from shared.use_cases.accounts import audit_accounts
from shared.use_cases.accounts.audit_accounts import CHECKS_MAX
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant, call, report


@pytest.fixture
def ranges(world):
    """How many ranges of each partition were read."""
    seen: Counter[str] = Counter()

    async def note(verb, partition, _what):
        seen[partition] += verb == "range"

    world.ledger.before = note
    return seen


@pytest.fixture
def looks(world, monkeypatch):
    """Have each look find these rows wrong, one after the other, while a call is booked in the middle of it."""
    numbers = count(1)

    def find(*rows):
        found = iter(rows)

        async def judged(_services, account, _taken):
            await report(world, call(f"meanwhile {next(numbers)}"))
            return [Finding(account, Invariant.HEAD, row, "false") for row in next(found)]

        monkeypatch.setattr(audit_accounts, "_findings_in", judged)

    return find


async def audited(world):
    return [finding.row for finding in await audit_accounts.audit_account(world.services, ACCOUNT)]


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    ("found", "told"),
    [
        (["ab", "ac", "da", "ae", "fa"], ["a"]),
        (["ab", "ab", "ab", "ab", "ba"], ["b", "a"]),
        (["ab", "b", "a", "ab", "ab"], []),
        (["a", ""], []),  # a look that finds nothing needs no other
    ],
)
async def test_of_a_busy_account_only_what_every_look_finds_is_believed(world, looks, found, told):
    looks(*found)
    assert await audited(world) == told
    assert len(found) in (CHECKS_MAX, 2)


async def test_what_is_wrong_with_a_quiet_account_is_found_by_one_look(world, tenant, ranges):
    await tenant.grant("1")
    ranges.clear()
    await audited(world)
    clean = ranges[ACCOUNT]
    [lot] = [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("a:lot:")]
    del world.ledger.partitions[ACCOUNT][lot]
    assert lot in await audited(world)
    assert ranges[ACCOUNT] == 2 * clean


@pytest.mark.usefixtures("tenant")
async def test_a_lost_head_is_found_by_one_look(world, ranges):
    del world.ledger.partitions[ACCOUNT]["a:head"]
    assert await audited(world) == ["a:head"]
    assert ranges[ACCOUNT] == 2  # the working set, and whether there is anything at all


async def test_a_finding_says_whose_it_is(world, tenant):
    await tenant.grant("1")
    for key in [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("j:")]:
        del world.ledger.partitions[ACCOUNT][key]
    found = await audit_accounts.audit_account(world.services, ACCOUNT)
    assert {finding.account for finding in found} == {ACCOUNT}


@pytest.mark.usefixtures("tenant")
async def test_an_audit_that_stumbles_over_no_single_row_says_over_what(world, monkeypatch):
    async def judged(*_what):
        raise ZeroDivisionError

    monkeypatch.setattr(audit_accounts, "_findings_in", judged)
    [finding] = await audit_accounts.audit_account(world.services, ACCOUNT)
    assert (finding.row, finding.detail) == ("a:head", "the account cannot be audited: ZeroDivisionError")


@pytest.mark.usefixtures("tenant")
async def test_who_waits_is_told_how_many_accounts_are_done(world):
    await Tenant(world, OTHER).open()
    told = []
    await audit_accounts.audit_accounts(world.services, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]  # two, and the usage of unknown ones


async def test_an_account_that_is_not_in_the_register_is_said_to_be_missing_there(world, tenant):
    await tenant.grant("100", expiresAt="2026-04-01T00:00:00Z")
    del world.accounts.partitions["accounts"][ACCOUNT]
    assert ["register" in finding for finding in await world.audit()] == [True]
