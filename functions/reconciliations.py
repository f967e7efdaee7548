"""A carrier's export against what was booked."""

import azure.functions as func

from functions._http import answer
from shared.interface import reconciliations as operations

blueprint = func.Blueprint()


@blueprint.function_name("compare_export")
@blueprint.route("v1/accounts/{account}/reconciliations", methods=["POST"])
async def _compare_export(req: func.HttpRequest) -> func.HttpResponse:
    """Take an export."""
    return await answer(req, operations.COMPARE_EXPORT)


@blueprint.function_name("list_reconciliations")
@blueprint.route("v1/accounts/{account}/reconciliations", methods=["GET"])
async def _list_reconciliations(req: func.HttpRequest) -> func.HttpResponse:
    """List the comparisons."""
    return await answer(req, operations.LIST_RECONCILIATIONS)


@blueprint.function_name("read_reconciliation")
@blueprint.route("v1/accounts/{account}/reconciliations/{reconciliation}", methods=["GET"])
async def _read_reconciliation(req: func.HttpRequest) -> func.HttpResponse:
    """What the comparison found."""
    return await answer(req, operations.READ_RECONCILIATION)


@blueprint.function_name("read_dispute_sheet")
@blueprint.route("v1/accounts/{account}/reconciliations/{reconciliation}.xlsx", methods=["GET"])
async def _read_dispute_sheet(req: func.HttpRequest) -> func.HttpResponse:
    """The same as a workbook."""
    return await answer(req, operations.READ_DISPUTE_SHEET)
