"""Buying by hand: smallest amounts and a purchase's lifecycle. Pure."""
