"""Stand-ins for services that a development machine does not have. They speak the real wire contracts."""
