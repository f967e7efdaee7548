"""The running service against its OpenAPI document, by Schemathesis."""
