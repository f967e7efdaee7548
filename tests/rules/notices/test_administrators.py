"""The list of administrators: which entries are accepted, and what is wrong with the others (R18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notices.administrators import (
    ADMINISTRATORS_MAX,
    Administrator,
    Problems,
    administrator_json,
    administrator_of,
    read_administrators,
)
from shared.notices.notice import Kind
from shared.notices.recipients import readers_of
from shared.notices.roles import Role, read_role

ANN = {"address": "ann@contoso.com", "roles": ["billing"]}


def entry(**changes):
    return {**ANN, **changes}


def accepted(*entries):
    found = read_administrators(entries)
    assert not isinstance(found, Problems), found.problems
    return found


def problems(*entries):
    found = read_administrators(entries)
    assert isinstance(found, Problems)
    return [(each.pointer, each.code) for each in found.problems]


def test_there_are_sixteen_roles():
    assert len(Role) == 16


@pytest.mark.parametrize(
    ("name", "role"),
    [
        *((role.value, role) for role in Role),
        ("Billing Administrator", Role.BILLING),
        ("Skype for Business Administrator", Role.SKYPE_FOR_BUSINESS),
        ("Global Admin", Role.GLOBAL),
        ("GLOBAL_ADMINISTRATORS", Role.GLOBAL),
        ("Azure AD Joined Device Local Administrator", Role.DEVICE_LOCAL),
        ("teams_communications_support_engineer", Role.TEAMS_COMMUNICATIONS_SUPPORT_ENGINEER),
        ("Teams Administrator", Role.TEAMS),
        ("teams-communications", Role.TEAMS_COMMUNICATIONS),
        ("Company Administrator", Role.GLOBAL),  # older names
        ("Lync Service Administrator", Role.SKYPE_FOR_BUSINESS),
        ("User Account Administrator", Role.USER),
        ("Device Administrators", Role.DEVICE_LOCAL),
        ("device", Role.DEVICE_LOCAL),
        ("Exchange Administrator", None),
        ("Administrator", None),
        ("", None),
        ("teamsx", None),
    ],
)
def test_a_role_is_recognised_by_its_code_its_title_and_its_older_names(name, role):
    assert read_role(name) == role


def test_an_entry_needs_only_an_address_and_a_role():
    [ann] = accepted(ANN)
    assert ann == Administrator("ann@contoso.com", (Role.BILLING,), None, None, opt_out=False)


def test_roles_are_shown_as_codes():
    [ann] = accepted(entry(roles=["Company Administrator", "user"], locale="ja", timeZone="Asia/Tokyo", optOut=False))
    assert administrator_json(ann) == {
        "address": "ann@contoso.com",
        "roles": ["global", "user"],
        "locale": "ja",
        "timeZone": "Asia/Tokyo",
        "optOut": False,
    }
    assert administrator_of(administrator_json(ann)) == ann


def test_kinds_that_nobody_needs_may_be_declined_by_everybody():
    [ann] = accepted(entry(optOutOf=["review", "poolLevel", "recovered"]))
    assert administrator_json(ann)["optOutOf"] == ["recovered", "poolLevel", "review"]
    assert administrator_of(administrator_json(ann)) == ann
    assert readers_of([ann], locale="en", time_zone="UTC", kind=Kind.REVIEW) == ()


def test_a_declined_kind_or_a_silent_role_leaves_out_its_holder():
    some = accepted(entry(optOutOf=["lowBalance"]), entry(address="bo@contoso.com", roles=["helpdesk", "teams"]))
    every = [("ann@contoso.com", "bo@contoso.com")]

    def reached(kind, *silent):
        groups = readers_of(some, locale="en", time_zone="UTC", kind=kind, silent_roles=silent)
        return [readers.addresses for readers in groups]

    assert reached(Kind.BALANCE_ZERO) == every
    assert reached(Kind.LOW_BALANCE) == [("bo@contoso.com",)]
    assert reached(Kind.BALANCE_ZERO, Role.HELPDESK) == every, "she holds another role"
    assert reached(Kind.BALANCE_ZERO, Role.HELPDESK, Role.TEAMS) == [("ann@contoso.com",)]
    assert reached(Kind.LOW_BALANCE, Role.HELPDESK, Role.TEAMS) == every, "never below one recipient"
    assert reached(Kind.REVIEW, *Role) == []


def test_null_means_absent():
    assert read_administrators([entry(locale=None, timeZone=None, optOut=None)]) == read_administrators([ANN])


@pytest.mark.parametrize(
    "address",
    ["ann@contoso.com", "a.b+c@mail.contoso.co.uk", "O'Hara_1@x-y.test", "a" * 64 + "@contoso.com", "1@1.de"],
)
def test_plain_addresses_are_accepted(address):
    assert not isinstance(read_administrators([entry(address=address)]), Problems)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "@contoso.com",
        "ann@contoso",
        "ann@contoso..com",
        "ann@-contoso.com",
        ".ann@contoso.com",
        "a..b@contoso.com",
        "ann bo@contoso.com",
        "ann@contoso.com,bo@contoso.com",
        "Ann <ann@contoso.com>",
        "ann@contoso.com\r\nBcc: all@contoso.com",
        "ann@contoso.com\n",
        '"ann"@contoso.com',
        "änn@contoso.com",
        "ann@[127.0.0.1]",
        "a" * 250 + "@x.de",
        "a" * 65 + "@contoso.com",
        7,
        ["ann@contoso.com"],
    ],
)
def test_other_addresses_are_rejected(address):
    assert problems(entry(address=address)) == [("/0/address", "invalid")]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"roles": ["billing"]}, "/0/address", "required"),
        ({"address": "ann@contoso.com"}, "/0/roles", "required"),
        (entry(roles=[]), "/0/roles", "required"),
        (entry(roles="billing"), "/0/roles", "required"),
        (entry(roles=["billing", "janitor"]), "/0/roles/1", "unknown_role"),
        (entry(roles=["billing", None]), "/0/roles/1", "unknown_role"),
        (entry(roles=["global", "user", "company"]), "/0/roles/2", "duplicate"),  # one role by two names
        (entry(locale="klingon"), "/0/locale", "invalid"),
        (entry(locale=7), "/0/locale", "invalid"),
        (entry(timeZone="Mars/Olympus"), "/0/timeZone", "invalid"),
        (entry(timeZone=["UTC"]), "/0/timeZone", "invalid"),
        (entry(optOut="yes"), "/0/optOut", "invalid"),
        (entry(optOut=1), "/0/optOut", "invalid"),
        (entry(optOutOf="lowBalance"), "/0/optOutOf", "invalid"),
        (entry(optOutOf=["lowBalance", "postcard"]), "/0/optOutOf/1", "unknown_kind"),
        (entry(optOutOf=["review", "review"]), "/0/optOutOf/1", "duplicate"),
        (entry(optOutOf=["lowBalance"]), "", "no_recipient"),  # nobody else would be told
        (entry(optout=True), "/0/optout", "unknown_field"),  # otherwise one who opted out would be notified
        (entry(**{"a/b~c": 1}), "/0/a~1b~0c", "unknown_field"),
        ("ann@contoso.com", "/0", "invalid"),
        (None, "/0", "invalid"),
    ],
)
def test_each_invalid_field_has_a_pointer(wrong, pointer, code):
    assert problems(wrong) == [(pointer, code)]


def test_all_problems_are_reported_together():
    assert problems(ANN, entry(address="x", roles=["y"]), 7) == [
        ("/1/address", "invalid"),
        ("/1/roles/0", "unknown_role"),
        ("/2", "invalid"),
    ]


def test_an_address_may_be_listed_only_once_in_any_spelling():
    assert problems(ANN, entry(address="Ann@Contoso.com")) == [("/1/address", "duplicate")]


@pytest.mark.parametrize("entries", [[], [entry(optOut=True)]])
def test_at_least_one_administrator_must_receive_notices(entries):
    assert problems(*entries) == [("", "no_recipient")]


def test_one_recipient_without_opt_out_is_enough():
    some = accepted(entry(optOut=True), entry(address="bo@contoso.com"))
    assert [readers.addresses for readers in readers_of(some, locale="en", time_zone="UTC")] == [("bo@contoso.com",)]


@pytest.mark.parametrize(("number", "refused"), [(ADMINISTRATORS_MAX, False), (ADMINISTRATORS_MAX + 1, True)])
def test_the_length_of_a_list_is_limited(number, refused):
    entries = [entry(address=f"a{each}@contoso.com") for each in range(number)]
    assert isinstance(read_administrators(entries), Problems) is refused


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["address", "roles", "locale", "timeZone", "optOut", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=3))
def test_any_json_leads_to_administrators_or_problems(entries):
    found = read_administrators(entries)
    assert found.problems if isinstance(found, Problems) else found
