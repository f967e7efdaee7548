"""Holds infra/ against the code: what is used is declared, what is declared is used."""
