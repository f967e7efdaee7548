"""The sixteen roles whose holders are notified (R18)."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """An administrator's role in the directory. The codes are stable: they are stored, and callers see them."""

    BILLING = "billing"
    SKYPE_FOR_BUSINESS = "skypeForBusiness"
    GLOBAL = "global"
    USER = "user"
    HELPDESK = "helpdesk"
    SERVICE_SUPPORT = "serviceSupport"
    DEVICE_LOCAL = "azureAdJoinedDeviceLocal"
    APPLICATION = "application"
    LICENSE = "license"
    CLOUD_DEVICE = "cloudDevice"
    AUTHENTICATION = "authentication"
    PRIVILEGED_AUTHENTICATION = "privilegedAuthentication"
    TEAMS_COMMUNICATIONS = "teamsCommunications"
    TEAMS_COMMUNICATIONS_SUPPORT_ENGINEER = "teamsCommunicationsSupportEngineer"
    TEAMS_COMMUNICATIONS_SUPPORT_SPECIALIST = "teamsCommunicationsSupportSpecialist"
    TEAMS = "teams"


_OLDER_NAMES = {
    "company": Role.GLOBAL,
    "lyncservice": Role.SKYPE_FOR_BUSINESS,
    "useraccount": Role.USER,
    "device": Role.DEVICE_LOCAL,
    "devices": Role.DEVICE_LOCAL,
    "microsoftentrajoineddevicelocal": Role.DEVICE_LOCAL,
    "password": Role.HELPDESK,
    "licence": Role.LICENSE,
}
"""Other names of the same roles in directories; scripts that read directories still use them. Source: Microsoft Entra
built-in roles, names in the older PowerShell modules and Graph API; the newest name of the device role.
"""

_BY_NAME = {role.value.lower(): role for role in Role} | _OLDER_NAMES
_ENDINGS = re.compile(r"(administrators?|admins?)$")
_BETWEEN = re.compile(r"[\s_-]+")


def read_role(name: str) -> Role | None:
    """The role that *name* names; None if there is none. "Teams Communications Administrator", "teams_communications"
    and "teamsCommunications" name the same role.
    """
    plain = _BETWEEN.sub("", name).lower()
    return _BY_NAME.get(plain) or _BY_NAME.get(_ENDINGS.sub("", plain))


def roles_of(codes: Iterable[str]) -> frozenset[Role]:
    """The roles of stored *codes*."""
    return frozenset(Role(code) for code in codes)
