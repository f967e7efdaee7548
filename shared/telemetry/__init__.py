"""Observability of the service: spans, metrics, log lines. Without an exporter, spans and metrics are dropped at little
cost.

It uses only OpenTelemetry's API; the environment chooses the exporter (`adapters/telemetry`). No phone number is ever
part of it (R27).
"""
