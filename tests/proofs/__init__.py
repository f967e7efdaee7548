"""Full-size proofs of the product: claims, benchmarks, mutants. Neither the product nor local/ imports them."""
