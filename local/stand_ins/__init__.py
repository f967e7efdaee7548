"""Stand-ins for external services on a development machine. They implement the real HTTP APIs."""
