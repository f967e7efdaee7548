"""The options of every command: the settings file, and JSON for programs. And the forms of an account's id."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from shared.kernel.ids import AccountId, account_id
from shared.posting.journal.keys import UNATTRIBUTED


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command has."""

    settings: Path | None
    is_for_programs: bool


def command_of(work: Callable[..., None]) -> Callable[..., None]:
    """Give *work* the options of every command, as its first argument."""

    @click.option(
        "--settings",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A file in the form of local.settings.json; without it, the environment.",
    )
    @click.option("--json", "is_for_programs", is_flag=True, help="One JSON value on stdout.")
    @wraps(work)
    def options(settings: Path | None, is_for_programs: bool, **more: object) -> None:  # noqa: FBT001 - click passes it
        work(Options(settings, is_for_programs), **more)

    return options


class AccountType(click.ParamType[AccountId]):
    """An account's id, in lower case."""

    name = "account"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> AccountId:
        """The id; click reports wrong usage when *value* is not one."""
        try:
            return account_id(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class BooksType(AccountType):
    """An account's id, or the name of the books that have the usage of unknown accounts."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> AccountId:
        """The id, or that name."""
        return UNATTRIBUTED if value == UNATTRIBUTED else super().convert(value, param, ctx)


ACCOUNT, BOOKS = AccountType(), BooksType()
