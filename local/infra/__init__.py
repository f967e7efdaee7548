"""Compares infra/ with the code: everything that the code uses must be declared, and nothing else."""
