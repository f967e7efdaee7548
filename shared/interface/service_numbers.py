"""Operations on service numbers."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.service_numbers.register_number import NewServiceNumber, register_number
from shared.use_cases.service_numbers.release_numbers import release_number
from shared.views.service_numbers import list_service_numbers

SERVICE_NUMBERS = f"{ACCOUNT}/service-numbers"

LIST_SERVICE_NUMBERS = Operation(
    "list_service_numbers",
    "GET",
    SERVICE_NUMBERS,
    list_service_numbers,
    Role.READ,
    "List the service numbers",
    "ServiceNumberPage",
    "The numbers that the account has registered and not released, oldest first unless `order=desc`.",
    query=LIST,
)
REGISTER_SERVICE_NUMBER = Operation(
    "register_service_number",
    "POST",
    SERVICE_NUMBERS,
    register_number,
    Role.MANAGE,
    "Register a service number",
    "ServiceNumber",
    "The account pays for inbound calls to its toll-free numbers. One account has a number at a time. Repeated with "
    "the same content, the request answers 201 again. The first registration of a number counts for earlier calls.",
    body=NewServiceNumber,
    statuses=(201,),
    errors=("already_exists",),
)
RELEASE_SERVICE_NUMBER = Operation(
    "release_service_number",
    "DELETE",
    f"{SERVICE_NUMBERS}/{{serviceNumber}}",
    release_number,
    Role.MANAGE,
    "Release a service number",
    "ReleasedServiceNumber",
    "Calls that started before the release are still the account's. Any account may register the number again.",
)

OPERATIONS = (LIST_SERVICE_NUMBERS, REGISTER_SERVICE_NUMBER, RELEASE_SERVICE_NUMBER)
