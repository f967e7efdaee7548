"""The commands of `./dev` that are not a subject of their own."""
