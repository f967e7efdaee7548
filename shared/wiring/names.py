"""The names of all tables, blob containers and queues of the service."""

LEDGER, ALARMS, RATE_CARDS, SUSPENSE, ACCOUNTS = "Ledger", "Alarms", "RateCards", "Suspense", "Accounts"
CARD_ATTEMPTS, SERVICE_NUMBERS, AUDITS, NOTICES = "CardAttempts", "ServiceNumbers", "Audits", "Notices"
WATERMARKS, USAGE_IMPORTS, USAGE = "Watermarks", "UsageImports", "Usage"
TABLES = (
    *(LEDGER, ALARMS, RATE_CARDS, SUSPENSE, ACCOUNTS),
    *(CARD_ATTEMPTS, SERVICE_NUMBERS, AUDITS, NOTICES, WATERMARKS, USAGE_IMPORTS, USAGE),
)
"""Every table that the service uses; the infrastructure declares the same."""

CONTAINERS = ("usage-files", "exports")
"""Every blob container that the service uses."""

QUEUES = ("usage", "recharges", "notices", "wakeups", "audits", "mail-reports", "reports")
"""Every queue that the service reads; each has a poison queue, `<name>-poison`."""
