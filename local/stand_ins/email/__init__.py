"""A stand-in for Azure Communication Services Email: takes letters, keeps them as files, shows them on a page."""
