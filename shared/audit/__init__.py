"""The audit: proves from the stored rows alone that an account's books are true (R25). Start with README.md."""
