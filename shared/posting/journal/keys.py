"""Row keys of the ledger. The partition is the account. ":" separates the parts of a key; ";" is the next character."""

from shared.kernel.ids import AccountId, digest

HEAD = "a:head"
SETTINGS = "a:settings"
FURTHER_TERMS = "a:terms"
ENTITLEMENTS = "a:entitlements"
BRAKE, HABIT = "a:brake", "a:habit"
OPEN_LOT, OPEN_INTENT, OPEN_HOLD, OPEN_REFUND = "a:lot:", "a:intent:", "a:hold:", "a:refund:"
CLOSED_LOT, CLOSED_INTENT, CLOSED_REFUND = "h:lot:", "h:intent:", "h:refund:"
PAGE, MARKER, OUTBOX = "j:", "m:", "o:"
LICENCE, POOL = "l:", "p:"

UNATTRIBUTED = AccountId("unattributed")
"""The partition for usage whose account is unknown: it is written like an account and holds no money."""


def end_of(prefix: str) -> str:
    """The first key after every key that starts with *prefix*."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def page_key(sequence: int) -> str:
    """The key of page *sequence*; twelve digits keep the order."""
    return f"{PAGE}{sequence:012d}"


def outbox_key(sequence: int, number: int) -> str:
    """The key of the outbox message *number* of commit *sequence*."""
    return f"{OUTBOX}{sequence:012d}.{number:03d}"


def movement_id(sequence: int, index: int) -> str:
    """The id of a movement for callers: its page and its position there."""
    return f"{sequence:012d}-{index:03d}"


def licence_key(user: str) -> str:
    """The key of a user's licence."""
    return f"{LICENCE}{digest(user)[:32]}"


def shard_of(account: AccountId) -> str:
    """The shard, of sixteen, that has the account's alarms."""
    return digest(account)[0]
