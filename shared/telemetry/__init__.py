"""What the service says of itself: spans, metrics, log lines. Without somebody who listens it says nothing, cheaply.

It speaks OpenTelemetry's API alone; where it goes is chosen by the environment (`adapters/telemetry.py`). No phone
number is ever part of it (R27).
"""
