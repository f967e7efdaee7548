"""Reports: summed usage, statements and files, from sums that follow the journal and can be rebuilt from it (R20)."""
