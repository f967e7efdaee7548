"""Corrections of what was booked: reversing it, and what a correction starts from."""
