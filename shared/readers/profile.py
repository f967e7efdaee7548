"""How a source's records are read: its profile, and what the request or message says about them (CONTRACT 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from shared.kernel.ids import account_id
from shared.readers.row import INVALID_FIELD, UNKNOWN_ACCOUNT, RefusedRecordError

CALL = "credits.usage.call.v1"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a source's records do not say themselves.

    *time_zone*: the IANA name of the zone of times without an offset. *account_of*: the account by a key of the record,
    such as a Voice Connector's id. *legs*: which leg of a FreeSWITCH call is billed, `a`, `b` or `both`. *own_carrier*:
    whether calls over the organisation's own carrier are charged. *service*: the service of calls without a user.
    *columns*: the file's title of each field. *country*: where numbers without a country code are dialled (ISO
    3166-1). *encoding*: of a file without a byte order mark. *contexts*: the direction by Asterisk's dialplan context.
    *rounds_up*: milliseconds count as a further second.
    """

    time_zone: str = "UTC"
    account_of: Mapping[str, str] = field(default_factory=dict)
    legs: str = "a"
    own_carrier: bool = False
    service: str = "autoAttendant"
    columns: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    encoding: str | None = None
    contexts: Mapping[str, str] = field(default_factory=dict)
    rounds_up: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a file or message. *account* is the account of records that name none. *is_bound*: no record may
    belong to another one. *countries*: the countries of accounts that are known, for numbers without a country code.
    """

    format: str
    account: str | None = None
    profile: Profile = field(default_factory=Profile)
    is_bound: bool = False
    countries: Mapping[str, str] = field(default_factory=dict)

    def account_for(self, *keys: str | None, named: str | None = None) -> str:
        """The account of a record that names it (*named*), or has one of *keys* in the profile, or else the request's.
        Raises `RefusedRecordError`.
        """
        mapped = next((self.profile.account_of[key] for key in keys if key and key in self.profile.account_of), None)
        found = named or mapped or self.account
        if found is None:
            raise RefusedRecordError(UNKNOWN_ACCOUNT, "no account is named; set account, or accountOf in a profile")
        try:
            account = account_id(found)
        except ValueError as error:
            raise RefusedRecordError(INVALID_FIELD, "account: a GUID is required") from error
        if self.is_bound and account != self.account:
            raise RefusedRecordError(UNKNOWN_ACCOUNT, "the sender may report calls of its own account only")
        return account

    def country_of(self, account: str) -> str | None:
        """Where the account's numbers without a country code are dialled."""
        return self.profile.country or self.countries.get(account)

    def event(self, system: str, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The usage event of a record: *name* is its own identity within *system*. Absent fields are left out."""
        return {
            "specversion": "1.0",
            "type": CALL,
            "source": f"urn:credits:{self.format}:{quote(system, safe='', errors='surrogatepass')}",
            "id": name,
            "data": {key: value for key, value in data.items() if value is not None},
        }
