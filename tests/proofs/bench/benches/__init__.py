"""Each module defines one benchmark."""
