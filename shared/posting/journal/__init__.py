"""The stored form of an account: row keys, rows, journal pages, and how they are read and restored."""
