"""What proves the product at full size: claims, benchmarks, mutants. Nothing in the product or in local/ imports it."""
