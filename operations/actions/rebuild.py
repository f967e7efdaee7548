"""An account rebuilt from its pages, by the service's own use case."""

from operations.actions.audit import finding_json, finding_rows
from operations.plural import count_of
from operations.result import Code, Result
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.restore import StillThereError
from shared.service.http import ProblemError, refused
from shared.service.services import Services
from shared.use_cases.accounts.rebuild_account import NotRebuildableError, rebuild_account

ENTER_AGAIN = (
    "\nits administrators' addresses were lost with the settings: have the administrators entered again, "
    "until then nobody is notified"
)


async def rebuild_from_pages(services: Services, account: AccountId) -> Result:
    """How many rows were written. Refuses an unknown account, one in use, and one with inconsistent pages."""
    try:
        rebuilt = await rebuild_account(services, account)
    except StillThereError as there:
        raise ProblemError("already_exists", f"{account} has a head: it is in use; audit it instead") from there
    except NotRebuildableError as broken:
        if not (await services.ledger.table.range(account, "", "~", 1)).rows:
            raise refused(UNKNOWN_ACCOUNT) from broken
        why = "its pages are inconsistent" if broken.findings else "it has no pages"
        return Result(
            {
                "account": account,
                "rows": 0,
                "administratorsLost": False,
                "findings": [finding_json(finding) for finding in broken.findings],
            },
            f"{why}; nothing was written",
            ("account", "row", "what", "invariant"),
            finding_rows(broken.findings),
            Code.FOUND,
        )
    lost = rebuilt.are_administrators_lost
    summary = f"{count_of(rebuilt.rows, 'row')} written; audit it now{ENTER_AGAIN if lost else ''}"
    return Result({"account": account, "rows": rebuilt.rows, "administratorsLost": lost, "findings": []}, summary)
