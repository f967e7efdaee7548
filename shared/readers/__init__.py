"""Readers: what telephony systems emit -> usage events, or the reason why a record gives none (R10, CONTRACT 6).

One module a format. Readers are pure: bytes or records in, rows out; they know no account's book, clock or storage.
"""
