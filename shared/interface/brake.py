"""Operations on the fraud brake."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.brake.release_brake import release_brake
from shared.use_cases.brake.set_brake import BrakeRequest, set_brake
from shared.views.brake import read_brake

_PATH = f"{ACCOUNT}/brake"

READ_BRAKE = Operation(
    "read_brake",
    "GET",
    _PATH,
    read_brake,
    Role.READ,
    "Read the fraud brake",
    "Brake",
    "The settings, and whether the brake has braked. While it has, calls that cost money are refused (`fraud_brake`) "
    "for every user and prefix in `why`, for everybody where a cause names neither, and auto-recharge is paused.",
    has_etag=True,
)
SET_BRAKE = Operation(
    "set_brake",
    "PUT",
    _PATH,
    set_brake,
    Role.MANAGE,
    "Set the fraud brake",
    "Brake",
    "`perUserPerHour` and `perPrefixPerHour` are the most that calls of a user, or to a prefix of the rate card, may "
    "cost within an hour. Without them only the account's own habit counts. `enabled` false releases the brake.",
    body=BrakeRequest,
    precondition=Precondition.IF_MATCH,
    errors=("currency_mismatch",),
    has_etag=True,
)
RELEASE_BRAKE = Operation(
    "release_brake",
    "POST",
    f"{_PATH}/release",
    release_brake,
    Role.MANAGE,
    "Release the fraud brake",
    "Brake",
    "Refused calls may be made again, and auto-recharge continues. The hour and day that it watches start again: calls "
    "that began before count no more. It may be repeated.",
    has_etag=True,
)

OPERATIONS = (READ_BRAKE, SET_BRAKE, RELEASE_BRAKE)
