"""Rehearsals of the runbook: create a situation, run the runbook's command block, check the result."""
