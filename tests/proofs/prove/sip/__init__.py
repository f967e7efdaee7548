"""A real SIP switch on the real service: Kamailio with the connector's configuration, called by SIPp."""
