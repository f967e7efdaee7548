"""An OpenTelemetry collector for development: receives OTLP over HTTP, stores it in memory, and shows it on a page."""
