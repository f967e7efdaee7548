"""The audit: proves from the stored rows alone that an account's books are right (R25). It checks the invariants in
shared/ledger/README.md.
"""
