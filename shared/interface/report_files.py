"""Operations that answer reports as files, CSV or Excel: the address of the report with a suffix."""

from shared.interface.reports import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.reports.proof_lines import MEDIA_TYPE
from shared.use_cases.reports.report_file import FORMS, as_file

FORM_NAMES = {"csv": "CSV", "xlsx": "an Excel workbook"}

ABOUT = (
    "The same items as without the suffix, all in one file. Above some 10,000 rows the answer is 202 with "
    "`Retry-After` until the file is written, then 303 to a link that soon expires: repeat the same request. In CSV a "
    "text that a spreadsheet would run as a formula has an apostrophe."
)


def _file(what: str, path: str, form: str, query: tuple[str, ...] = ()) -> Operation:
    return Operation(
        f"read_{what}_{form}",
        "GET",
        f"{ACCOUNT}/{path}.{form}",
        as_file(what, form),
        Role.READ,
        f"Read {what} as {FORM_NAMES[form]}",
        FORMS[form][0],
        ABOUT,
        query=query,
        required_query=("by",) if "by" in query else (),
        statuses=(200, 202, 303),
    )


REPORTS = {
    "usage": ("usage", ("by", "from", "to")),
    "calls": ("calls", ("from", "to", "user")),
    "movements": ("movements", ("from", "to", "kind")),
    "lots": ("lots", ()),
    "statements": ("statements/{month}", ()),
}
"""Path and query of each report."""

BY_NAME = {
    operation.name: operation
    for what, (path, query) in REPORTS.items()
    for form in FORMS
    for operation in (_file(what, path, form, query),)
}

READ_PROOF = Operation(
    "read_statement_proof",
    "GET",
    f"{ACCOUNT}/statements/{{month}}.proof",
    as_file("proofs", "proof"),
    Role.READ,
    "Read the proof of a statement",
    MEDIA_TYPE,
    "The statement and the journal pages that it rests on, a line each, for `verify_statement.py`. A month with many "
    "pages answers 202 with `Retry-After` until the file is written, then 303 to a link that soon expires: repeat the "
    "same request.",
    statuses=(200, 202, 303),
)

OPERATIONS = (*BY_NAME.values(), READ_PROOF)
