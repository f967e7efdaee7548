"""What use cases and views share: the composed ports, requests and replies, operations, roles, error codes."""
