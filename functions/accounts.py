"""Accounts: opening, balance, lots, movements, grants."""

import azure.functions as func

from functions._http import answer
from shared.interface import accounts as operations

blueprint = func.Blueprint()


@blueprint.function_name("open_account")
@blueprint.route("v1/accounts", methods=["POST"])
async def _open_account(req: func.HttpRequest) -> func.HttpResponse:
    """Open an account."""
    return await answer(req, operations.OPEN_ACCOUNT)


@blueprint.function_name("list_accounts")
@blueprint.route("v1/accounts", methods=["GET"])
async def _list_accounts(req: func.HttpRequest) -> func.HttpResponse:
    """Every open account."""
    return await answer(req, operations.LIST_ACCOUNTS)


@blueprint.function_name("close_account")
@blueprint.route("v1/accounts/{account}", methods=["DELETE"])
async def _close_account(req: func.HttpRequest) -> func.HttpResponse:
    """Close an account in which nothing is left."""
    return await answer(req, operations.CLOSE_ACCOUNT)


@blueprint.function_name("read_account")
@blueprint.route("v1/accounts/{account}", methods=["GET"])
async def _read_account(req: func.HttpRequest) -> func.HttpResponse:
    """The account as it is now."""
    return await answer(req, operations.READ_ACCOUNT)


@blueprint.function_name("read_balance")
@blueprint.route("v1/accounts/{account}/balance", methods=["GET"])
async def _read_balance(req: func.HttpRequest) -> func.HttpResponse:
    """The balance as of any instant."""
    return await answer(req, operations.READ_BALANCE)


@blueprint.function_name("list_lots")
@blueprint.route("v1/accounts/{account}/lots", methods=["GET"])
async def _list_lots(req: func.HttpRequest) -> func.HttpResponse:
    """Every lot."""
    return await answer(req, operations.LIST_LOTS)


@blueprint.function_name("list_movements")
@blueprint.route("v1/accounts/{account}/movements", methods=["GET"])
async def _list_movements(req: func.HttpRequest) -> func.HttpResponse:
    """Movements, one per event."""
    return await answer(req, operations.LIST_MOVEMENTS)


@blueprint.function_name("read_movement")
@blueprint.route("v1/accounts/{account}/movements/{movement}", methods=["GET"])
async def _read_movement(req: func.HttpRequest) -> func.HttpResponse:
    """One movement."""
    return await answer(req, operations.READ_MOVEMENT)


@blueprint.function_name("reverse_movement")
@blueprint.route("v1/accounts/{account}/movements/{movement}/reverse", methods=["POST"])
async def _reverse_movement(req: func.HttpRequest) -> func.HttpResponse:
    """Reverse a debit or a grant."""
    return await answer(req, operations.REVERSE_MOVEMENT)


@blueprint.function_name("grant_funds")
@blueprint.route("v1/accounts/{account}/grants", methods=["POST"])
async def _grant_funds(req: func.HttpRequest) -> func.HttpResponse:
    """Grant funds paid outside, or a promotion."""
    return await answer(req, operations.GRANT_FUNDS)
