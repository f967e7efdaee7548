"""The e-mail about the fraud brake in English (R28)."""

from shared.notices.catalogue import Template

BRAKED = Template(
    subject="Communications Credits: unusual calls stopped, auto-recharge is paused",
    headline="The fraud brake has stopped unusual calls",
    happened=(
        "Calls cost far more than your organisation's calls usually do.",
        "This is how stolen passwords and telephones are used.",
    ),
    comes_next=(
        "Calls that cost money are refused for the users and destinations named here. All other calls continue.",
        "Auto-recharge charges no card until somebody releases the brake.",
        "Emergency calls are never refused and never charged.",
    ),
    can_do=(
        "Ask the named users whether they made these calls. If not, change their passwords and check your telephony.",
        "Release the brake when the calls are in order, or when the theft is over.",
    ),
)

BRAKED_USER = "User {user}"
BRAKED_PREFIX = "Destination +{prefix}"
BRAKED_ALL = "All calls that cost money"
BRAKED_AMOUNTS = "{observed}, usually {usual}"
