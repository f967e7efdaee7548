"""How often the audit checks an account, which findings count, and how it reports its progress (R25)."""

from collections import Counter
from itertools import count

import pytest

from shared.audit.finding import Finding, Invariant
from shared.use_cases.accounts import audit_account, audit_accounts
from shared.use_cases.accounts.audit_account import CHECKS_MAX, Audited
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant, call, report


@pytest.fixture
def ranges(world):
    """The number of range reads per partition."""
    counts: Counter[str] = Counter()

    async def note(verb, partition, _what):
        counts[partition] += verb == "range"

    world.ledger.before = note
    return counts


@pytest.fixture
def checks(world, monkeypatch):
    """Sets the rows that each successive check reports; a call is booked in the middle of every check."""
    numbers = count(1)

    def find(*rows):
        found = iter(rows)

        async def judged(_services, taken, _earlier):
            await report(world, call(f"meanwhile {next(numbers)}"))
            return Audited([Finding(taken.account, Invariant.HEAD, row, "false") for row in next(found)])

        monkeypatch.setattr(audit_account, "_judged", judged)

    return find


async def audited(world):
    return [finding.row for finding in await audit_account.audit_account(world.services, ACCOUNT)]


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    ("found", "reported"),
    [
        (["ab", "ac", "da", "ae", "fa"], ["a"]),
        (["ab", "ab", "ab", "ab", "ba"], ["b", "a"]),
        (["ab", "b", "a", "ab", "ab"], []),
        (["a", ""], []),  # after a check without findings there is no other
    ],
)
async def test_in_a_busy_account_only_the_findings_of_every_check_are_reported(world, checks, found, reported):
    checks(*found)
    assert await audited(world) == reported
    assert len(found) in (CHECKS_MAX, 2)


async def test_one_check_finds_an_error_in_a_quiet_account(world, tenant, ranges):
    await tenant.grant("1")
    ranges.clear()
    await audited(world)
    clean = ranges[ACCOUNT]
    [lot] = [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("a:lot:")]
    del world.ledger.partitions[ACCOUNT][lot]
    assert lot in await audited(world)
    assert ranges[ACCOUNT] == 2 * clean


@pytest.mark.usefixtures("tenant")
async def test_one_check_finds_a_lost_head(world, ranges):
    del world.ledger.partitions[ACCOUNT]["a:head"]
    assert await audited(world) == ["a:head"]
    assert ranges[ACCOUNT] == 2  # the working set, and whether the account has any rows


async def test_a_finding_names_its_account(world, tenant):
    await tenant.grant("1")
    for key in [key for key in world.ledger.partitions[ACCOUNT] if key.startswith("j:")]:
        del world.ledger.partitions[ACCOUNT][key]
    found = await audit_account.audit_account(world.services, ACCOUNT)
    assert {finding.account for finding in found} == {ACCOUNT}


@pytest.mark.usefixtures("tenant")
async def test_an_exception_in_the_audit_is_a_finding_with_its_type(world, monkeypatch):
    async def judged(*_what):
        raise ZeroDivisionError

    monkeypatch.setattr(audit_account, "_judged", judged)
    [finding] = await audit_account.audit_account(world.services, ACCOUNT)
    assert (finding.row, finding.detail) == ("a:head", "the account cannot be audited: ZeroDivisionError")


@pytest.mark.usefixtures("tenant")
async def test_the_audit_reports_how_many_accounts_are_done(world):
    await Tenant(world, OTHER).open()
    progress = []
    await audit_accounts.audit_accounts(world.services, lambda done, total: progress.append((done, total)))
    assert progress == [(1, 3), (2, 3), (3, 3)]  # two accounts, and the usage of unknown accounts


async def test_an_account_that_is_missing_from_the_register_is_a_finding(world, tenant):
    await tenant.grant("100", expiresAt="2026-04-01T00:00:00Z")
    del world.accounts.partitions["accounts"][ACCOUNT]
    assert ["register" in finding for finding in await world.audit()] == [True]
