"""A collector for development: takes OTLP over HTTP as any collector does, keeps it in memory, shows it as a page."""
