"""The notice of the fraud brake in messages of the queue `notices`."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.notices.brake_notice import BrakeCause, Braked
from shared.notices.message_values import money_from, money_json


def braked_json(notice: Braked) -> dict[str, object]:
    """The notice as plain JSON."""
    return {
        "kind": "brake",
        "at": instant_text(notice.at),
        "causes": [
            {
                "user": each.user,
                "prefix": each.prefix,
                "observed": money_json(each.observed),
                "usual": money_json(each.usual),
            }
            for each in notice.causes
        ],
    }


def braked_from(facts: Mapping[str, Any]) -> Braked:
    """The notice in plain JSON."""
    causes = (
        BrakeCause(str(each["user"]), str(each["prefix"]), money_from(each["observed"]), money_from(each["usual"]))
        for each in facts["causes"]
    )
    return Braked(parse_instant(facts["at"]), tuple(causes))
