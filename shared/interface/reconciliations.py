"""Operations that compare a carrier's export with what was booked."""

from shared.interface.reports import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.reconciliation.take_export import (
    list_reconciliations,
    show_dispute_sheet,
    show_reconciliation,
    take_export,
)
from shared.use_cases.reports.xlsx_rows import MEDIA_TYPE

COMPARE_EXPORT = Operation(
    "compare_export",
    "POST",
    f"{ACCOUNT}/reconciliations",
    take_export,
    Role.OPERATE,
    "Compare a carrier's export with what was booked",
    "Reconciliation",
    "The body is a file in any format of `POST /usage`, of any content type and at most 100 MiB. It is compared behind "
    "the answer with the calls that started at or after `from` and before `to`; records of other accounts and times "
    "are left out. Nothing is booked: sending it again starts another comparison.",
    query=("format", "from", "to", "profile"),
    required_query=("format", "from", "to"),
    body="application/octet-stream",
    statuses=(202,),
    errors=("payload_too_large",),
)
LIST_RECONCILIATIONS = Operation(
    "list_reconciliations",
    "GET",
    f"{ACCOUNT}/reconciliations",
    list_reconciliations,
    Role.OPERATE,
    "List the comparisons with carriers' exports",
    "ReconciliationPage",
    "Without their differences, in the order in which they were asked for.",
    query=("after", "limit", "order"),
)
READ_RECONCILIATION = Operation(
    "read_reconciliation",
    "GET",
    f"{ACCOUNT}/reconciliations/{{reconciliation}}",
    show_reconciliation,
    Role.OPERATE,
    "Read what a comparison found",
    "Reconciliation",
    "Until the comparison has ended, `Retry-After` says when to ask again. An answer has at most 1,000 differences: "
    "follow `next` until it is null. The differences are kept as long as "
    "files of usage are; then the answer is 404.",
    query=("after",),
)
READ_DISPUTE_SHEET = Operation(
    "read_dispute_sheet",
    "GET",
    f"{ACCOUNT}/reconciliations/{{reconciliation}}.xlsx",
    show_dispute_sheet,
    Role.OPERATE,
    "Read what a comparison found as an Excel workbook",
    MEDIA_TYPE,
    "Every difference in one file. Until the comparison has ended, and above some 10,000 differences until the file is "
    "written, the answer is 202 with `Retry-After`; then 200, or 303 to a link that soon expires: repeat the same "
    "request. `export_unreadable` (409): nothing could be compared, and the state says why.",
    statuses=(200, 202, 303),
    errors=("export_unreadable",),
)

OPERATIONS = (COMPARE_EXPORT, LIST_RECONCILIATIONS, READ_RECONCILIATION, READ_DISPUTE_SHEET)
