"""Files of usage, and the profiles of their sources."""

import azure.functions as func

from functions._http import answer
from shared.interface import usage as operations

blueprint = func.Blueprint()


@blueprint.function_name("send_usage_file")
@blueprint.route("v1/usage", methods=["POST"])
async def _send_usage_file(req: func.HttpRequest) -> func.HttpResponse:
    """Take a file."""
    return await answer(req, operations.SEND_USAGE_FILE)


@blueprint.function_name("read_usage_receipt")
@blueprint.route("v1/usage/{receipt}", methods=["GET"])
async def _read_usage_receipt(req: func.HttpRequest) -> func.HttpResponse:
    """What became of a file."""
    return await answer(req, operations.READ_USAGE_RECEIPT)


@blueprint.function_name("put_usage_profile")
@blueprint.route("v1/usage-profiles/{name}", methods=["PUT"])
async def _put_usage_profile(req: func.HttpRequest) -> func.HttpResponse:
    """Store a profile."""
    return await answer(req, operations.PUT_USAGE_PROFILE)
