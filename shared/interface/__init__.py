"""The HTTP interface: every operation, what it answers, and its OpenAPI document (CONTRACT 2)."""
