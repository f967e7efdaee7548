"""The outside: storage, payments, mail, tokens, clock."""
