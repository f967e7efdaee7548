"""Credit bought by hand, and funds that an operator grants."""
