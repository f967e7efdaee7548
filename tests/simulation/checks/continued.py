"""An audit that continues from any page finds nothing where the whole audit finds nothing."""

from collections.abc import AsyncIterator

from shared.audit.proved import Proved
from shared.audit.replay import replay
from shared.audit.state import text_of
from shared.kernel.ids import AccountId
from shared.posting.journal import reads
from shared.use_cases.accounts.continue_audit import continue_audit
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker


async def continued(sim: Simulation, worker: Worker) -> AsyncIterator[str]:
    """The findings of audits that continue from the middle of each account's journal."""
    table = worker.services.ledger.table
    for account in map(AccountId, list(sim.ledger.rows.partitions)):
        last = int(sim.ledger.rows.partitions[account]["a:head"].values["sequence"])
        middle = last // 2
        found = replay(account, [page async for page in reads.pages(table, account, 1, middle)], middle)
        if found.findings or found.book is None:
            continue
        audited = await continue_audit(
            worker.services, account, Proved(middle, found.chain, text_of(found), is_intact=True)
        )
        for finding in audited.findings:
            yield f"continued from page {middle} of {last}: {finding}"
