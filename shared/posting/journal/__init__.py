"""What is stored of an account: row keys, rows, journal pages, and how they are read and restored."""
