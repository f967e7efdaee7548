"""A stand-in for Microsoft Graph's call logs, and for the part of Microsoft Entra ID that gives tokens for them.

Sources: Microsoft Graph v1.0, callRecord: getPstnCalls and getDirectRoutingCalls, "Paging", "Throttling"; Microsoft
identity platform, OAuth 2.0 client credentials flow.
"""
