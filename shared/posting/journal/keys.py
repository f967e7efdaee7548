"""Where a row of the ledger stands. Partition: the account. ":" separates, and ";" is the next character."""

from shared.kernel.ids import AccountId, digest

HEAD = "a:head"
SETTINGS = "a:settings"
FURTHER_TERMS = "a:terms"
OPEN_LOT, OPEN_INTENT = "a:lot:", "a:intent:"
CLOSED_LOT, CLOSED_INTENT = "h:lot:", "h:intent:"
PAGE, MARKER, OUTBOX = "j:", "m:", "o:"

UNATTRIBUTED = AccountId("unattributed")
"""The partition of usage whose account is unknown: the same protocol, no money."""


def end_of(prefix: str) -> str:
    """The first key behind every key that starts with *prefix*."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def page_key(sequence: int) -> str:
    """Where page *sequence* stands; twelve digits keep the order."""
    return f"{PAGE}{sequence:012d}"


def outbox_key(sequence: int, number: int) -> str:
    """Where the *number*-th thing to tell of a commit waits."""
    return f"{OUTBOX}{sequence:012d}.{number:03d}"


def movement_id(sequence: int, index: int) -> str:
    """A movement's name to the outside: its page and its place there."""
    return f"{sequence:012d}-{index:03d}"


def shard_of(account: AccountId) -> str:
    """One of sixteen shards of alarms."""
    return digest(account)[0]
