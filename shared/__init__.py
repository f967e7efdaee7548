"""The product: rules, the posting loop, use cases, adapters. `README.md` has the map."""
