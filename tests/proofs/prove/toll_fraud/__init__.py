"""Simulated tenants with their usual calls, and thieves who call on their account."""
