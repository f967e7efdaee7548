"""What administrators are notified of, whom an e-mail reaches, and what it says. Pure."""
