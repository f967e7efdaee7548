"""What verbs and views share: the ports put together, and requests and replies without anybody's HTTP."""
