"""Settings that are addresses: web addresses, origins of browsers, storage accounts. ValueError says what is wrong."""

import re
from collections.abc import Mapping

from shared.kernel.setting_values import split_list

_WEB_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""Printable ASCII without blanks (RFC 3986); names in other scripts are written as `xn--…`."""
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?")
_PLACE = re.compile(r"[a-z0-9]{1,24}")


def web_address(environment: Mapping[str, str], name: str) -> str:
    """The address in the setting *name*; empty when it is not set."""
    text = (environment.get(name) or "").strip()
    if text and _WEB_ADDRESS.fullmatch(text) is None:
        raise ValueError(f"{name} is a web address such as https://portal.example")
    return text


def places(text: str) -> dict[str, str]:
    """Storage accounts by name, from text such as two=https://...,three=https://... Registry rows hold the names."""
    places: dict[str, str] = {}
    for part in split_list(text):
        name, _, where = part.partition("=")
        if _PLACE.fullmatch(name) is None or not where or name in places:
            raise ValueError("CreditsStorage__spread is a list such as two=https://...,three=https://...")
        places[name] = where
    return places


def origins(text: str) -> frozenset[str]:
    """Origins as browsers send them: scheme, host, and a port that is not the scheme's own (RFC 6454, 6.2)."""
    origins = split_list(text)
    for origin in origins:
        if _ORIGIN.fullmatch(origin) is None:
            raise ValueError("Cors__origins is a list of origins such as https://portal.example, separated by commas")
    return frozenset(origins)
