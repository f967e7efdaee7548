"""The port `CallLogs` on Microsoft Graph."""
