"""Operations that describe the interface (the OpenAPI document, a page to read it, the schema of usage events), and the
page on which a holder confirms a card.
"""

from shared.interface.compression import compressible
from shared.interface.portal_page import read_portal, read_portal_file
from shared.interface.viewer import read_docs, read_docs_file
from shared.service.http import Reply, Request
from shared.service.operation import Operation
from shared.service.services import Services

JSON_SCHEMA = "application/schema+json"

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


READ_OPENAPI = Operation(
    "read_openapi",
    "GET",
    "openapi.json",
    read_openapi,
    None,
    "Read this document",
    "application/json",
    "OpenAPI 3.1 of every operation.",
)
READ_DOCS = Operation(
    "read_docs",
    "GET",
    "docs",
    read_docs,
    None,
    "Read this document as a page",
    "text/html",
)
READ_DOCS_FILE = Operation(
    "read_docs_file",
    "GET",
    "docs/{file}",
    read_docs_file,
    None,
    "Read a file of that page",
    "*/*",
)
READ_PORTAL = Operation(
    "read_portal",
    "GET",
    "portal",
    read_portal,
    None,
    "Find the page on which a holder confirms a card",
    "text/plain",
    "E-mails lead here when `Portal__address` names no portal of your own.",
    statuses=(302,),
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
)

OPERATIONS = (READ_OPENAPI, READ_DOCS, READ_DOCS_FILE, READ_PORTAL, READ_PORTAL_FILE, READ_USAGE_SCHEMA)
