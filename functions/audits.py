"""The queue of the nightly audit: portions of accounts, which all instances share."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.accounts import audit_nightly

blueprint = func.Blueprint()


@blueprint.function_name("audit_accounts")
@blueprint.queue_trigger(arg_name="message", queue_name="audits", connection="CreditsStorage")
async def _audit_accounts(message: func.QueueMessage) -> None:
    """Audit some accounts, and remember what was proved."""
    await deliver(message, audit_nightly.audit_portion)
