"""Operations on files of usage."""

from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.imports.put_profile import put_profile
from shared.use_cases.imports.take_file import read_receipt, take_file
from shared.use_cases.usage.source_profile import SourceProfile

SEND_USAGE_FILE = Operation(
    "send_usage_file",
    "POST",
    "v1/usage",
    take_file,
    Role.SEND_USAGE,
    "Send a file of usage",
    "UsageReceipt",
    "The body is a file in one of the formats that telephony systems emit, of any content type and at most 100 MiB. It "
    "is read behind the answer; the receipt says what became of it. A larger file is put into the container "
    "`usage-files` and announced by an event. The same file again books nothing. With `Usage.Send`, the account is the "
    "token's tenant.",
    query=("format", "account", "profile"),
    required_query=("format",),
    body="application/octet-stream",
    statuses=(202,),
)
READ_USAGE_RECEIPT = Operation(
    "read_usage_receipt",
    "GET",
    "v1/usage/{receipt}",
    read_receipt,
    Role.SEND_USAGE,
    "Read what became of a file of usage",
    "UsageFileState",
    "read = booked + duplicate + suspended + ignored; `free` counts among `booked`. `reasons` says why records are in "
    "suspense or were ignored.",
)
PUT_USAGE_PROFILE = Operation(
    "put_usage_profile",
    "PUT",
    "v1/usage-profiles/{name}",
    put_profile,
    Role.OPERATE,
    "Store the profile of a source",
    "UsageProfile",
    "What a telephony system's records do not say themselves, such as the time zone of their times and the account of "
    "each of their keys.",
    body=SourceProfile,
    statuses=(201, 200),
)

OPERATIONS = (SEND_USAGE_FILE, READ_USAGE_RECEIPT, PUT_USAGE_PROFILE)
