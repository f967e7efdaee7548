"""A stand-in for Azure Communication Services Email: takes e-mails, keeps them as files, shows them on a page."""
