"""Post-usage billing: the switch, and what accrued."""

import azure.functions as func

from functions._http import answer
from shared.interface import post_usage as operations

blueprint = func.Blueprint()


@blueprint.function_name("read_post_usage")
@blueprint.route("v1/accounts/{account}/post-usage", methods=["GET"])
async def _read_post_usage(req: func.HttpRequest) -> func.HttpResponse:
    """Where the switch is."""
    return await answer(req, operations.READ_POST_USAGE)


@blueprint.function_name("switch_to_post_usage")
@blueprint.route("v1/accounts/{account}/post-usage", methods=["POST"])
async def _switch_to_post_usage(req: func.HttpRequest) -> func.HttpResponse:
    """Begin the switch, or try it."""
    return await answer(req, operations.SWITCH_TO_POST_USAGE)


@blueprint.function_name("take_back_post_usage")
@blueprint.route("v1/accounts/{account}/post-usage", methods=["DELETE"])
async def _take_back_post_usage(req: func.HttpRequest) -> func.HttpResponse:
    """Take the switch back."""
    return await answer(req, operations.TAKE_BACK_POST_USAGE)


@blueprint.function_name("read_accrual")
@blueprint.route("v1/accounts/{account}/accruals/{month}", methods=["GET"])
async def _read_accrual(req: func.HttpRequest) -> func.HttpResponse:
    """What accrued in a month."""
    return await answer(req, operations.READ_ACCRUAL)
