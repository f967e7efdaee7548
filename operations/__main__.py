"""`python -m operations`, and the script `credits`."""

from operations.commands import credits_group


def main() -> None:
    """Run the command line; operations/result.py has the exit codes."""
    credits_group.main(prog_name="credits")


if __name__ == "__main__":
    main()
