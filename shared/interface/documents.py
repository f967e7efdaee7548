"""Operations that describe the interface (the OpenAPI document, a page to read it, the schema of usage events), and the
portal.
"""

from pathlib import Path

from shared.interface.compression import compressible
from shared.interface.portal_files import read_portal, read_portal_asset, read_signed_in
from shared.interface.portal_page import read_portal_file
from shared.interface.viewer import read_docs, read_docs_file
from shared.service.http import Reply, Request
from shared.service.operation import Operation
from shared.service.services import Services

JSON_SCHEMA = "application/schema+json"

PYTHON = "text/x-python"

VERIFIER = Path(__file__).with_name("verify_statement.py")

CACHED = (200, 304)
"""Statuses of what callers may have already (RFC 9110, 13.1.2)."""

ANYBODY = {"Cache-Control": "public, max-age=300"}
"""Any cache may keep these answers: they contain no secrets."""


async def read_openapi(_services: Services, request: Request) -> Reply:
    """The OpenAPI document of this interface."""
    from shared.interface.openapi import openapi_text  # noqa: PLC0415 - made at the first request

    return compressible(request, openapi_text(), "application/json", ANYBODY)


async def read_usage_schema(_services: Services, request: Request) -> Reply:
    """The JSON Schema of a usage event."""
    from shared.interface.usage_schema import usage_schema_text  # noqa: PLC0415 - as above

    return compressible(request, usage_schema_text(), JSON_SCHEMA, ANYBODY)


async def read_verifier(_services: Services, request: Request) -> Reply:
    """The script that verifies the proof of a statement, as people keep it."""
    return compressible(request, VERIFIER.read_bytes(), PYTHON, ANYBODY)


READ_OPENAPI = Operation(
    "read_openapi",
    "GET",
    "openapi.json",
    read_openapi,
    None,
    "Read this document",
    "application/json",
    "OpenAPI 3.1 of every operation.",
    statuses=CACHED,
)
READ_DOCS = Operation(
    "read_docs",
    "GET",
    "docs",
    read_docs,
    None,
    "Read this document as a page",
    "text/html",
    statuses=CACHED,
)
READ_DOCS_FILE = Operation(
    "read_docs_file",
    "GET",
    "docs/{file}",
    read_docs_file,
    None,
    "Read a file of that page",
    "*/*",
    statuses=CACHED,
)
READ_PORTAL_FILE = Operation(
    "read_portal_file",
    "GET",
    "portal/{file}",
    read_portal_file,
    None,
    "Read the page on which a holder confirms a card, and its files",
    "*/*",
    "`confirm-card` is the page.",
    statuses=CACHED,
)
READ_PORTAL = Operation(
    "read_portal",
    "GET",
    "portal",
    read_portal,
    None,
    "Read the portal's page",
    "text/html",
    "The reference portal for administrators. It shows whether calls will work tomorrow, and changes the settings.",
    statuses=CACHED,
)
READ_SIGNED_IN = Operation(
    "read_signed_in",
    "GET",
    "portal/signed-in",
    read_signed_in,
    None,
    "Read the page to which Microsoft Entra sends people back",
    "text/html",
    statuses=CACHED,
)
READ_PORTAL_ASSET = Operation(
    "read_portal_asset",
    "GET",
    "portal/{digest}/{file}",
    read_portal_asset,
    None,
    "Read a file of the portal",
    "*/*",
    statuses=CACHED,
)
READ_PORTAL_FOLDER_ASSET = Operation(
    "read_portal_folder_asset",
    "GET",
    "portal/{digest}/{folder}/{file}",
    read_portal_asset,
    None,
    "Read a file of a folder of the portal",
    "*/*",
    statuses=CACHED,
)
READ_USAGE_SCHEMA = Operation(
    "read_usage_schema",
    "GET",
    "v1/usage.schema.json",
    read_usage_schema,
    None,
    "Read the schema of a usage event",
    JSON_SCHEMA,
    "JSON Schema 2020-12 of one event on the queue `usage`.",
    statuses=CACHED,
)

READ_VERIFIER = Operation(
    "read_verifier",
    "GET",
    "v1/verify_statement.py",
    read_verifier,
    None,
    "Get the script that verifies statements",
    PYTHON,
    "`python3 verify_statement.py PROOF` recomputes the chain and the sums of a statement's proof, offline, with "
    "nothing but Python's standard library; exits 0 or 1.",
    statuses=CACHED,
)

OPERATIONS = (
    READ_OPENAPI,
    READ_DOCS,
    READ_DOCS_FILE,
    READ_PORTAL,
    READ_SIGNED_IN,
    READ_PORTAL_FILE,
    READ_PORTAL_ASSET,
    READ_PORTAL_FOLDER_ASSET,
    READ_USAGE_SCHEMA,
    READ_VERIFIER,
)
