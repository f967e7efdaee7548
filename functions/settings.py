"""Settings: auto-recharge, administrators, alerts."""

import azure.functions as func

from functions._http import answer
from shared.interface import settings as operations

blueprint = func.Blueprint()


@blueprint.function_name("read_auto_recharge")
@blueprint.route("v1/accounts/{account}/auto-recharge", methods=["GET"])
async def _read_auto_recharge(req: func.HttpRequest) -> func.HttpResponse:
    """Read auto-recharge."""
    return await answer(req, operations.READ_AUTO_RECHARGE)


@blueprint.function_name("set_auto_recharge")
@blueprint.route("v1/accounts/{account}/auto-recharge", methods=["PUT"])
async def _set_auto_recharge(req: func.HttpRequest) -> func.HttpResponse:
    """Set auto-recharge."""
    return await answer(req, operations.SET_AUTO_RECHARGE)


@blueprint.function_name("read_administrators")
@blueprint.route("v1/accounts/{account}/administrators", methods=["GET"])
async def _read_administrators(req: func.HttpRequest) -> func.HttpResponse:
    """Read the administrators."""
    return await answer(req, operations.READ_ADMINISTRATORS)


@blueprint.function_name("set_administrators")
@blueprint.route("v1/accounts/{account}/administrators", methods=["PUT"])
async def _set_administrators(req: func.HttpRequest) -> func.HttpResponse:
    """Set the administrators."""
    return await answer(req, operations.SET_ADMINISTRATORS)


@blueprint.function_name("read_alerts")
@blueprint.route("v1/accounts/{account}/alerts", methods=["GET"])
async def _read_alerts(req: func.HttpRequest) -> func.HttpResponse:
    """Read the alerts."""
    return await answer(req, operations.READ_ALERTS)


@blueprint.function_name("set_alerts")
@blueprint.route("v1/accounts/{account}/alerts", methods=["PUT"])
async def _set_alerts(req: func.HttpRequest) -> func.HttpResponse:
    """Set the alerts."""
    return await answer(req, operations.SET_ALERTS)
