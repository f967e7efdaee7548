"""What must hold after every transaction, and once all is quiet again."""
