"""The audit: proves from the stored rows alone that an account's books are right (R25). It checks the invariants in
shared/ledger/README.md.

`replay` makes the book from pages, one at a time; `checks` compares it with the rows of a `snapshot`, `markers` the
markers. `state` and `proved` keep the replay's state from night to night, `rota` says when an account is audited whole,
`reproved` compares what was proved with what the pages make.
"""
