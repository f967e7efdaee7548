"""`python -m operations`, and the script `credits`."""

from operations.commands import credits_group


def main() -> None:
    """Run what the command line says; the exit code is in operations/result.py."""
    credits_group.main(prog_name="credits")


if __name__ == "__main__":
    main()
