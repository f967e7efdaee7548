"""What a call costs, pure."""
