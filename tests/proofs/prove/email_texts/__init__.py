"""The e-mails of every kind in every language: their stored texts, and how a browser shows them."""
