"""Take a file of usage, and say what became of it (CONTRACT 6)."""

import json
import re
import uuid
from dataclasses import asdict

from shared.kernel.ids import AccountId, account_id
from shared.kernel.times import instant_text
from shared.ports import Receipt, ReceiptState
from shared.readers.formats import FORMATS
from shared.service.http import Flaw, ProblemError, Reply, Request
from shared.service.operators import OPERATE
from shared.service.query import choice_in
from shared.service.services import Services
from shared.use_cases.imports.import_file import USAGE
from shared.use_cases.imports.uploaded_file import profile_of_upload
from shared.use_cases.usage.read_events import FILE

_RECEIPT = re.compile(r"[0-9a-f-]{32,36}")


async def take_file(services: Services, request: Request) -> Reply:
    """202 with a receipt: the body is kept as it is, and read behind the answer. Whether it can be read, the receipt
    says. With the role `Usage.Send` alone, no record may belong to another account than the token's tenant.
    """
    form = choice_in(request, "format", tuple(FORMATS))
    if form is None:
        raise ProblemError("invalid_request", "format is required", (Flaw("/format", "missing", "name the format"),))
    sender = _sender(request)
    account = _account(request, sender)
    profile = await profile_of_upload(services, request, form)
    name = str(uuid.uuid4())
    await services.usage_files.put(name, request.body)
    await services.imports.add(
        Receipt(name, name, form, services.clock.now(), account=account, profile=profile, sender=sender)
    )
    data = {"format": form, "blob": name, "account": account, "profile": profile, "sender": sender}
    event = {"specversion": "1.0", "type": FILE, "source": "urn:credits:upload", "id": name, "data": data}
    await services.queues.send(USAGE, json.dumps(event))
    return Reply(202, {"receipt": name}, {"Location": f"/api/v1/usage/{name}"})


async def read_receipt(services: Services, request: Request) -> Reply:
    """200 with the state of a file and what became of its records. Another tenant's receipt is not found."""
    name = request.path["receipt"].lower()
    found = await services.imports.receipt(name) if _RECEIPT.fullmatch(name) else None
    if found is None or _sender(request) not in {None, found.sender}:
        raise ProblemError("not_found", "there is no such receipt")
    return Reply(200, receipt_json(found))


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """A receipt. A file that failed is itself in suspense, and counts as one more record there."""
    counts = asdict(receipt.counts)
    if receipt.state is ReceiptState.FAILED:
        reasons = counts["reasons"]
        counts |= {"read": counts["read"] + 1, "suspended": counts["suspended"] + 1}
        counts["reasons"] = {**reasons, receipt.reason: reasons.get(receipt.reason, 0) + 1}
    return {
        "receipt": receipt.id,
        "state": receipt.state.value,
        "format": receipt.format,
        "receivedAt": instant_text(receipt.received_at),
        **counts,
        "detail": receipt.detail or None,
    }


def _sender(request: Request) -> AccountId | None:
    """The only account of which the caller may send usage; None for an operator."""
    principal = request.principal
    if principal is None:
        raise AssertionError("the operation requires a role")
    return None if OPERATE in principal.roles else principal.tenant


def _account(request: Request, sender: AccountId | None) -> AccountId | None:
    text = request.query.get("account")
    if text is None:
        return sender
    try:
        account = account_id(text)
    except ValueError as error:
        flaw = Flaw("/account", "invalid", "a GUID is required")
        raise ProblemError("invalid_request", "account is a GUID", (flaw,)) from error
    if sender is not None and account != sender:
        raise ProblemError("not_found", "there is no such account")
    return account
