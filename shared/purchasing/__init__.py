"""Purchases by hand, as pure functions: smallest amounts, a purchase's lifecycle, the limits on card attempts."""
