"""The Python that Azure runs the app on: found on this computer, and given what the app and the worker need."""
