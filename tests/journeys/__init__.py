"""The whole service in processes of its own, as its customers use it."""
