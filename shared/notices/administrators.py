"""The list of administrators in a request (R18, CONTRACT 2): accepted as a whole, or refused with every problem."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.notices.locale_formats import known_locale, known_zone
from shared.notices.notice import INFORMATIVE, Kind
from shared.notices.roles import Role, read_role

ADMINISTRATORS_MAX = 30
"""More need a distribution list. That many of the longest entries fit into one property together with the cards."""

ADDRESS_MAX = 254
"""RFC 5321: a path has 256 characters, two of which are its brackets."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Plain addresses with a dotted host only, and a local part of RFC 5321: the mail service refuses an e-mail to all
# readers because of one address.
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")

_FIELDS = frozenset({"address", "roles", "locale", "timeZone", "optOut", "optOutOf"})


_KIND_NAMES = [kind.value for kind in Kind]


@dataclass(frozen=True, slots=True)
class Administrator:
    """A person to notify, with locale and time zone. None: those of the account. *opt_out*: of every kind of notice;
    *opt_out_of*: of these kinds.
    """

    address: str
    roles: tuple[Role, ...]
    locale: str | None
    time_zone: str | None
    opt_out: bool
    opt_out_of: tuple[Kind, ...] = ()

    def wants(self, kind: Kind, silent_roles: Collection[Role] = ()) -> bool:
        """Whether the person gets e-mails of *kind*, when *silent_roles* as a whole get none (R18)."""
        has_role = not set(self.roles) <= set(silent_roles)
        return has_role and not self.opt_out and kind not in self.opt_out_of


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem and its place: *pointer* is a JSON pointer (RFC 6901) into the list."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problems:
    """The reasons for which a list is refused: at least one."""

    problems: tuple[Problem, ...]


def read_administrators(entries: Sequence[object]) -> tuple[Administrator, ...] | Problems:
    """The administrators that *entries* (plain JSON) name, or every problem.

    A list without anybody to notify is refused as well: an e-mail about refused calls must reach someone.
    """
    if len(entries) > ADMINISTRATORS_MAX:
        return Problems((Problem("", "too_many", f"at most {ADMINISTRATORS_MAX} administrators"),))
    problems = [problem for index, entry in enumerate(entries) for problem in _entry_problems(f"/{index}", entry)]
    if problems:
        return Problems(tuple(problems))
    administrators = tuple(administrator_of(entry) for entry in entries if isinstance(entry, Mapping))
    problems = [*_duplicates(administrators)]
    missed = kinds_for_nobody(administrators, ())
    if missed:
        problems.append(Problem("", "no_recipient", f"at least one administrator is told of: {', '.join(missed)}"))
    return Problems(tuple(problems)) if problems else administrators


def kinds_for_nobody(administrators: Sequence[Administrator], silent_roles: Collection[Role]) -> tuple[Kind, ...]:
    """The kinds about money or refused calls of which nobody would be told: there must be none (R18)."""
    needed = (kind for kind in Kind if kind not in INFORMATIVE)
    return tuple(kind for kind in needed if not any(each.wants(kind, silent_roles) for each in administrators))


def administrator_of(entry: Mapping[str, object]) -> Administrator:
    """The administrator of one entry of a list that was accepted before. Nothing is checked: a locale that was known
    then may be unknown now, and an e-mail in the fallback's formats is better than none.
    """
    roles = entry["roles"] if isinstance(entry["roles"], list | tuple) else ()
    locale, zone = entry.get("locale"), entry.get("timeZone")
    return Administrator(
        address=str(entry["address"]),
        roles=tuple(role for role in map(read_role, map(str, roles)) if role is not None),
        locale=None if locale is None else str(locale),
        time_zone=None if zone is None else str(zone),
        opt_out=entry.get("optOut") is True,
        opt_out_of=tuple(kind for kind in Kind if kind in _listed(entry.get("optOutOf"))),
    )


def administrator_json(administrator: Administrator) -> dict[str, object]:
    """The entry as it is stored and shown: roles by their codes, without absent fields."""
    entry: dict[str, object] = {
        "address": administrator.address,
        "roles": [role.value for role in administrator.roles],
        "locale": administrator.locale,
        "timeZone": administrator.time_zone,
        "optOut": administrator.opt_out,
        "optOutOf": [kind.value for kind in administrator.opt_out_of] or None,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _entry_problems(at: str, entry: object) -> Iterator[Problem]:
    if not isinstance(entry, Mapping):
        yield Problem(at, "invalid", "an administrator is an object")
        return
    for unknown in sorted(str(name) for name in entry if name not in _FIELDS):
        yield Problem(
            f"{at}/{unknown.replace('~', '~0').replace('/', '~1')}", "unknown_field", "there is no such field"
        )
    yield from _address_problems(f"{at}/address", entry.get("address"))
    yield from _roles_problems(f"{at}/roles", entry.get("roles"))
    locale, zone, opt_out = entry.get("locale"), entry.get("timeZone"), entry.get("optOut")
    if locale is not None and not (isinstance(locale, str) and known_locale(locale)):
        yield Problem(f"{at}/locale", "invalid", "a locale is a known language tag, such as en-GB")
    if zone is not None and not (isinstance(zone, str) and known_zone(zone)):
        yield Problem(f"{at}/timeZone", "invalid", "a time zone is an IANA name, such as Europe/Berlin")
    if opt_out is not None and not isinstance(opt_out, bool):
        yield Problem(f"{at}/optOut", "invalid", "optOut is true or false")
    if entry.get("optOutOf") is not None:
        yield from _kind_problems(f"{at}/optOutOf", entry["optOutOf"])


def _kind_problems(at: str, kinds: object) -> Iterator[Problem]:
    if not isinstance(kinds, list | tuple):
        yield Problem(at, "invalid", "optOutOf is a list of kinds of notice")
        return
    for index, kind in enumerate(kinds[: len(Kind) + 1]):
        if kind not in _KIND_NAMES:
            yield Problem(f"{at}/{index}", "unknown_kind", f"the kinds are {', '.join(Kind)}")
        elif kind in kinds[:index]:
            yield Problem(f"{at}/{index}", "duplicate", "the kind is in the list already")


def _listed(kinds: object) -> Sequence[object]:
    return kinds if isinstance(kinds, list | tuple) else ()


def _address_problems(at: str, address: object) -> Iterator[Problem]:
    if address is None:
        yield Problem(at, "required", "an administrator has an address")
    elif not isinstance(address, str) or len(address) > ADDRESS_MAX or _ADDRESS.fullmatch(address) is None:
        yield Problem(at, "invalid", "an address is a plain e-mail address, such as ann@example.com")


def _roles_problems(at: str, roles: object) -> Iterator[Problem]:
    if not isinstance(roles, list | tuple) or not roles:
        yield Problem(at, "required", "an administrator has at least one role")
        return
    known: set[Role] = set()
    for index, name in enumerate(roles[: len(Role) + 1]):
        role = read_role(name) if isinstance(name, str) else None
        if role is None:
            yield Problem(f"{at}/{index}", "unknown_role", f"the roles are {', '.join(Role)}")
        elif role in known:
            yield Problem(f"{at}/{index}", "duplicate", "the role is in the list already")
        else:
            known.add(role)


def _duplicates(administrators: Sequence[Administrator]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, administrator in enumerate(administrators):
        # Mail servers deliver to Ann@ and ann@ alike, and one e-mail is enough.
        before = first.setdefault(administrator.address.lower(), index)
        if before != index:
            yield Problem(f"/{index}/address", "duplicate", f"the address is in the list already, at /{before}")
