"""A stand-in for Azure Communication Services Email: it stores e-mails as files and shows them."""
