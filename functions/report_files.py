"""Reports as files: CSV and Excel."""

import azure.functions as func

from functions._http import answer
from shared.interface.report_files import BY_NAME, READ_PROOF

blueprint = func.Blueprint()


@blueprint.function_name("read_usage_csv")
@blueprint.route("v1/accounts/{account}/usage.csv", methods=["GET"])
async def _read_usage_csv(req: func.HttpRequest) -> func.HttpResponse:
    """Read usage as CSV."""
    return await answer(req, BY_NAME["read_usage_csv"])


@blueprint.function_name("read_usage_xlsx")
@blueprint.route("v1/accounts/{account}/usage.xlsx", methods=["GET"])
async def _read_usage_xlsx(req: func.HttpRequest) -> func.HttpResponse:
    """Read usage as an Excel workbook."""
    return await answer(req, BY_NAME["read_usage_xlsx"])


@blueprint.function_name("read_calls_csv")
@blueprint.route("v1/accounts/{account}/calls.csv", methods=["GET"])
async def _read_calls_csv(req: func.HttpRequest) -> func.HttpResponse:
    """Read calls as CSV."""
    return await answer(req, BY_NAME["read_calls_csv"])


@blueprint.function_name("read_calls_xlsx")
@blueprint.route("v1/accounts/{account}/calls.xlsx", methods=["GET"])
async def _read_calls_xlsx(req: func.HttpRequest) -> func.HttpResponse:
    """Read calls as an Excel workbook."""
    return await answer(req, BY_NAME["read_calls_xlsx"])


@blueprint.function_name("read_movements_csv")
@blueprint.route("v1/accounts/{account}/movements.csv", methods=["GET"])
async def _read_movements_csv(req: func.HttpRequest) -> func.HttpResponse:
    """Read movements as CSV."""
    return await answer(req, BY_NAME["read_movements_csv"])


@blueprint.function_name("read_movements_xlsx")
@blueprint.route("v1/accounts/{account}/movements.xlsx", methods=["GET"])
async def _read_movements_xlsx(req: func.HttpRequest) -> func.HttpResponse:
    """Read movements as an Excel workbook."""
    return await answer(req, BY_NAME["read_movements_xlsx"])


@blueprint.function_name("read_lots_csv")
@blueprint.route("v1/accounts/{account}/lots.csv", methods=["GET"])
async def _read_lots_csv(req: func.HttpRequest) -> func.HttpResponse:
    """Read lots as CSV."""
    return await answer(req, BY_NAME["read_lots_csv"])


@blueprint.function_name("read_lots_xlsx")
@blueprint.route("v1/accounts/{account}/lots.xlsx", methods=["GET"])
async def _read_lots_xlsx(req: func.HttpRequest) -> func.HttpResponse:
    """Read lots as an Excel workbook."""
    return await answer(req, BY_NAME["read_lots_xlsx"])


@blueprint.function_name("read_statements_csv")
@blueprint.route("v1/accounts/{account}/statements/{month}.csv", methods=["GET"])
async def _read_statements_csv(req: func.HttpRequest) -> func.HttpResponse:
    """Read statements as CSV."""
    return await answer(req, BY_NAME["read_statements_csv"])


@blueprint.function_name("read_statements_xlsx")
@blueprint.route("v1/accounts/{account}/statements/{month}.xlsx", methods=["GET"])
async def _read_statements_xlsx(req: func.HttpRequest) -> func.HttpResponse:
    """Read statements as an Excel workbook."""
    return await answer(req, BY_NAME["read_statements_xlsx"])


@blueprint.function_name("read_statement_proof")
@blueprint.route("v1/accounts/{account}/statements/{month}.proof", methods=["GET"])
async def _read_statement_proof(req: func.HttpRequest) -> func.HttpResponse:
    """Read the proof of a statement."""
    return await answer(req, READ_PROOF)
