"""Who may do what: subscriptions, licences, exemptions (R15, R16)."""
