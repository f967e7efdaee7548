"""Exporters of telemetry."""
