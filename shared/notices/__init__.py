"""What administrators are told, and in which words. Pure."""
