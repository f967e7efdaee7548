"""Accounts: opened, closed, brought up to date, audited, rebuilt."""
