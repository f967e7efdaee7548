"""The commands of `./dev` that have no package of their own."""
