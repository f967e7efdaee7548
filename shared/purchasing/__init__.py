"""Buying by hand: smallest amounts, a purchase's lifecycle, the limits on card attempts. Pure."""
