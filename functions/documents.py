"""The description of the API, and answers to requests that are not one of its operations."""

import azure.functions as func

from functions._http import answer, answer_preflight, answer_unknown
from shared.interface import documents as operations

blueprint = func.Blueprint()

NO_OPERATION = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]


@blueprint.function_name("read_openapi")
@blueprint.route("openapi.json", methods=["GET"])
async def _read_openapi(req: func.HttpRequest) -> func.HttpResponse:
    """The OpenAPI document."""
    return await answer(req, operations.READ_OPENAPI)


@blueprint.function_name("read_docs")
@blueprint.route("docs", methods=["GET"])
async def _read_docs(req: func.HttpRequest) -> func.HttpResponse:
    """The OpenAPI document as a page."""
    return await answer(req, operations.READ_DOCS)


@blueprint.function_name("read_docs_file")
@blueprint.route("docs/{file}", methods=["GET"])
async def _read_docs_file(req: func.HttpRequest) -> func.HttpResponse:
    """A file of that page."""
    return await answer(req, operations.READ_DOCS_FILE)


@blueprint.function_name("read_portal_file")
@blueprint.route("portal/{file}", methods=["GET"])
async def _read_portal_file(req: func.HttpRequest) -> func.HttpResponse:
    """The page on which a holder confirms a card, and its files."""
    return await answer(req, operations.READ_PORTAL_FILE)


@blueprint.function_name("read_portal")
@blueprint.route("portal", methods=["GET"])
async def _read_portal(req: func.HttpRequest) -> func.HttpResponse:
    """The portal's page."""
    return await answer(req, operations.READ_PORTAL)


@blueprint.function_name("read_signed_in")
@blueprint.route("portal/signed-in", methods=["GET"])
async def _read_signed_in(req: func.HttpRequest) -> func.HttpResponse:
    """The page to which Microsoft Entra sends people back."""
    return await answer(req, operations.READ_SIGNED_IN)


@blueprint.function_name("read_portal_asset")
@blueprint.route("portal/{digest}/{file}", methods=["GET"])
async def _read_portal_asset(req: func.HttpRequest) -> func.HttpResponse:
    """A file of the portal."""
    return await answer(req, operations.READ_PORTAL_ASSET)


@blueprint.function_name("read_portal_folder_asset")
@blueprint.route("portal/{digest}/{folder}/{file}", methods=["GET"])
async def _read_portal_folder_asset(req: func.HttpRequest) -> func.HttpResponse:
    """A file of a folder of the portal."""
    return await answer(req, operations.READ_PORTAL_FOLDER_ASSET)


@blueprint.function_name("read_usage_schema")
@blueprint.route("v1/usage.schema.json", methods=["GET"])
async def _read_usage_schema(req: func.HttpRequest) -> func.HttpResponse:
    """The JSON Schema of a usage event."""
    return await answer(req, operations.READ_USAGE_SCHEMA)


@blueprint.function_name("read_verifier")
@blueprint.route("v1/verify_statement.py", methods=["GET"])
async def _read_verifier(req: func.HttpRequest) -> func.HttpResponse:
    """The script that verifies statements."""
    return await answer(req, operations.READ_VERIFIER)


@blueprint.function_name("preflight")
@blueprint.route("{*rest}", methods=["OPTIONS"])
async def _preflight(req: func.HttpRequest) -> func.HttpResponse:
    """A browser's CORS preflight, for every address."""
    return await answer_preflight(req)


@blueprint.function_name("unknown_route")
@blueprint.route("{*rest}", methods=NO_OPERATION)
async def _unknown_route(req: func.HttpRequest) -> func.HttpResponse:
    """Answer 404 as a problem where there is no operation."""
    return await answer_unknown(req)
