"""Who may do what: subscriptions, licences, eligibility."""

import azure.functions as func

from functions._http import answer
from shared.interface import entitlements as operations

blueprint = func.Blueprint()


@blueprint.function_name("read_subscriptions")
@blueprint.route("v1/accounts/{account}/subscriptions", methods=["GET"])
async def _read_subscriptions(req: func.HttpRequest) -> func.HttpResponse:
    """Read the subscriptions."""
    return await answer(req, operations.READ_SUBSCRIPTIONS)


@blueprint.function_name("set_subscriptions")
@blueprint.route("v1/accounts/{account}/subscriptions", methods=["PUT"])
async def _set_subscriptions(req: func.HttpRequest) -> func.HttpResponse:
    """Set the subscriptions."""
    return await answer(req, operations.SET_SUBSCRIPTIONS)


@blueprint.function_name("list_licences")
@blueprint.route("v1/accounts/{account}/licences", methods=["GET"])
async def _list_licences(req: func.HttpRequest) -> func.HttpResponse:
    """List the licences."""
    return await answer(req, operations.LIST_LICENCES)


@blueprint.function_name("read_licence")
@blueprint.route("v1/accounts/{account}/licences/{user}", methods=["GET"])
async def _read_licence(req: func.HttpRequest) -> func.HttpResponse:
    """Read a user's licence."""
    return await answer(req, operations.READ_LICENCE)


@blueprint.function_name("assign_licence")
@blueprint.route("v1/accounts/{account}/licences/{user}", methods=["PUT"])
async def _assign_licence(req: func.HttpRequest) -> func.HttpResponse:
    """Give a user the licence."""
    return await answer(req, operations.ASSIGN_LICENCE)


@blueprint.function_name("remove_licence")
@blueprint.route("v1/accounts/{account}/licences/{user}", methods=["DELETE"])
async def _remove_licence(req: func.HttpRequest) -> func.HttpResponse:
    """Take the licence from a user."""
    return await answer(req, operations.REMOVE_LICENCE)


@blueprint.function_name("read_eligibility")
@blueprint.route("v1/accounts/{account}/eligibility", methods=["GET"])
async def _read_eligibility(req: func.HttpRequest) -> func.HttpResponse:
    """Read whether the account may buy credit."""
    return await answer(req, operations.READ_ELIGIBILITY)


@blueprint.function_name("record_exemption")
@blueprint.route("v1/accounts/{account}/exemptions", methods=["POST"])
async def _record_exemption(req: func.HttpRequest) -> func.HttpResponse:
    """Record an exemption."""
    return await answer(req, operations.RECORD_EXEMPTION)
