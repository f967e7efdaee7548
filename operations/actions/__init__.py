"""What the commands do: each a few lines around the service's own verbs and views."""
