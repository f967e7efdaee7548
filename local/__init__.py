"""A machine without Azure: the embedded host, the stand-ins, the demo, the proofs, the mutants. Not deployed."""
