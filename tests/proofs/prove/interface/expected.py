"""How Schemathesis is configured: all of its checks, and what the contract answers otherwise than they assume."""

import json

from shared.interface.operations import OPERATIONS

LEFT_OUT = {
    "unsupported_method": "Azure's host answers a method that no function has with 404, not 405 (its issue 10098)",
    "allow_header_conformance": "it reads the header of such a 405",
}
"""Checks that are not made, with the reason."""

REFUSED_BY_A_RULE = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
"""Statuses of a request that matches the document. 422 and 412 refuse what the schema allows and a rule does not: an
amount that is too small, a key that was used for something else, an ETag that is stale (CONTRACT 2). 429: too many
cards were tried for the account.
"""
MISSING_HEADER = ["400", "401", "428"]
"""Statuses of a request without a required header: 428 without `If-Match` (CONTRACT 2)."""

BEYOND_A_SCHEMA = {
    "advise_on_bill": "the records of a file",
    "assign_licence": "a plan of the catalogue",
    "authorise_call": "a phone number",
    "compare_export": "a profile that was stored, and the records of a file",
    "dismiss_suspended": "printable text",
    "extend_call": "a name of a leg in printable characters",
    "grant_funds": "printable text",
    "look_up_rate": "a phone number",
    "open_account": "a currency, a country and a time zone in use",
    "publish_rate_card": "the rates of a file",
    "put_usage_profile": "a time zone and an encoding in use",
    "read_licence": "a user's id in printable characters",
    "receive_stripe_webhook": "a signature over the body",
    "record_exemption": "an end after the beginning",
    "remove_licence": "a user's id in printable characters",
    "release_call": "a name of a leg in printable characters",
    "reverse_movement": "printable text",
    "send_usage_file": "a profile that was stored, and the records of a file",
    "order_card": "a whole number without a decimal point",
    "set_administrators": "a role in use",
    "set_alerts": "an amount that is not too large",
    "set_auto_recharge": "an amount that is large enough",
    "set_brake": "an amount that is not too large",
    "set_subscriptions": "a country in use",
    "start_refund": "printable text",
    "start_purchase": "an amount that is not too large",
    "store_card": "a payment method that the provider knows",
    "what_if": "a country in use",
    **{operation.name: "`next` of an earlier page" for operation in OPERATIONS if "after" in operation.query},
}
"""Operations that also answer 400 to a request that matches the document, with what they require and no schema says."""

ALWAYS_THERE = {
    "read_post_usage": "every account has a state of post-usage; DELETE takes a switch back, and deletes nothing",
}
"""Operations that still answer after a DELETE of the same address, with the reason."""


def configuration(account: str, token: str) -> str:
    """The text of schemathesis.toml. A JSON text or list is also one in TOML."""
    lines = [
        "warnings = false",
        "continue-on-failure = true",
        f"headers = {{ Authorization = {json.dumps(f'Bearer {token}')} }}",
        "[parameters]",
        f'"path.account" = {json.dumps(account)}',
        "[generation]",
        "no-shrink = true",
        "[checks]",
        *(f"{name}.enabled = false" for name in LEFT_OUT),
        f"positive_data_acceptance.expected-statuses = {json.dumps(REFUSED_BY_A_RULE)}",
        f"missing_required_header.expected-statuses = {json.dumps(MISSING_HEADER)}",
    ]
    for name in BEYOND_A_SCHEMA:
        lines += [
            "[[operations]]",
            f"include-operation-id = {json.dumps(name)}",
            f"checks.positive_data_acceptance.expected-statuses = {json.dumps([*REFUSED_BY_A_RULE, '400'])}",
        ]
    for name in ALWAYS_THERE:
        lines += [
            "[[operations]]",
            f"include-operation-id = {json.dumps(name)}",
            "checks.use_after_free.enabled = false",
        ]
    return "\n".join([*lines, ""])
