"""A machine without Azure: Azurite, the stand-ins and the embedded host, started and ended together."""
