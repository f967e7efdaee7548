"""`freeswitch-json`: FreeSWITCH's mod_json_cdr, one record a leg. Source: developer.signalwire.com, mod_json_cdr.

A call through the switch has two legs, and booking both would charge it twice. `direction` is the switch's view:
`inbound` means into the switch, so that an outgoing call has an inbound A leg.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from shared.readers.profile import Reading
from shared.readers.row import (
    INVALID_FIELD,
    NOT_A_CALL,
    NOT_ANSWERED,
    OTHER_LEG,
    IgnoredRecordError,
    RefusedRecordError,
)
from shared.readers.values import epoch_of, number_in, number_of, required, seconds_of, started, text_of

_EXTENSION_DIGITS_MAX = 6


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one leg; values are URL-encoded by default."""
    raw = record.get("variables")
    if not isinstance(raw, Mapping):
        raise RefusedRecordError(NOT_A_CALL, "variables: required")
    leg = {name: unquote(value) if isinstance(value, str) else value for name, value in raw.items()}
    uuid = required(leg, "uuid")
    if reading.profile.legs != "both" and (reading.profile.legs == "b") != _is_b_leg(leg, record):
        raise IgnoredRecordError(OTHER_LEG)
    required(leg, "answer_epoch")
    answered = epoch_of(leg, "answer_epoch")
    if answered is None:
        raise IgnoredRecordError(NOT_ANSWERED)
    caller = next(_caller_profiles(record), {})
    user = text_of(leg, "sip_auth_username", "user_name")
    calling = text_of(caller, "caller_id_number") or text_of(leg, "caller_id_number", "sip_from_user")
    called = text_of(caller, "destination_number") or required(leg, "destination_number", "sip_to_user")
    direction = _direction(leg, text_of(caller, "context") or "", user, (calling, called), reading)
    account = reading.account_for(
        text_of(leg, "accountcode"), text_of(leg, "domain_name"), text_of(leg, "sip_auth_realm", "sip_from_host")
    )
    country = reading.country_of(account)
    data = {
        "account": account,
        "user": user,
        "direction": direction,
        "service": "user" if user else reading.profile.service,
        "calling": number_of(calling, country),
        "called": number_of(called, country),
        "startedAt": started(answered, "answer_epoch"),
        "durationSeconds": _seconds(leg, rounds_up=reading.profile.rounds_up),
    }
    return reading.event(text_of(record, "switchname") or "default", uuid, data)


def _caller_profiles(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The caller profiles, the latest first. `callflow` was one object and is now a list of them."""
    flow = record.get("callflow")
    for each in flow if isinstance(flow, list) else [flow]:
        if isinstance(each, Mapping) and isinstance(each.get("caller_profile"), Mapping):
            yield each["caller_profile"]


def _is_b_leg(leg: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether another leg originated this one: it was dialled by the switch, and names its originator or the other
    leg's call. `call_uuid` does not link every pair (signalwire/freeswitch #1042); a leg without it that was bridged
    is a B leg, because a call from outside has an inbound A leg.
    """
    if (text_of(leg, "direction") or "").lower() != "outbound":
        return False
    if any(profile.get("originator") for profile in _caller_profiles(record)):
        return True
    if text_of(leg, "originator", "originating_leg_uuid") or text_of(leg, "last_bridge_role") == "originatee":
        return True
    call = text_of(leg, "call_uuid")
    return text_of(leg, "bridge_uuid", "signal_bond") is not None if call is None else call != text_of(leg, "uuid")


def _direction(
    leg: Mapping[str, Any], context: str, user: str | None, numbers: tuple[str | None, str], reading: Reading
) -> str:
    """The direction as the organisation sees it. The profile decides by dialplan context; otherwise a leg that the
    switch dialled or that a user signed in for is outgoing, and one in the context `public` is incoming.
    """
    by_profile = reading.profile.contexts.get(context)
    if by_profile == "ignore":
        raise IgnoredRecordError(OTHER_LEG)
    if by_profile is not None:
        return by_profile
    if (text_of(leg, "direction") or "").lower() == "outbound" or (user is not None and context != "public"):
        return "out"
    calling, called = numbers
    is_from_extension = calling is not None and len(calling) <= _EXTENSION_DIGITS_MAX
    return "out" if context != "public" and is_from_extension and len(called) > _EXTENSION_DIGITS_MAX else "in"


def _seconds(leg: Mapping[str, Any], *, rounds_up: bool) -> int:
    """Billed seconds. `billsec` is cut, so a part of a second is in `billmsec` only."""
    found = text_of(leg, "billmsec")
    if not rounds_up or found is None:
        return seconds_of(leg, "billsec")
    milliseconds = number_in(found)
    if milliseconds is None:
        raise RefusedRecordError(INVALID_FIELD, "billmsec: milliseconds are required")
    return math.ceil(milliseconds / 1000)
