"""The price of a call, as pure functions."""
