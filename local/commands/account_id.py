"""An account's id as an argument of a command."""

import argparse

from shared.kernel.ids import AccountId, account_id


def account_argument(text: str) -> AccountId:
    """The id; argparse shows the message when *text* is not one."""
    try:
        return account_id(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong
