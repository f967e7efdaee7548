"""What verbs and views share: the ports put together, requests and replies without anybody's HTTP, and their checks."""
