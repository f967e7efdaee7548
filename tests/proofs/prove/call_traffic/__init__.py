"""Calls that are authorised, extended, settled, lost or released at random, and what the books must then contain."""
