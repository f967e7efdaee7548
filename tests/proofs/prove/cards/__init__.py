"""Parts of the claim `cards`: the table of what follows for each test card, and one card's way through the service."""
