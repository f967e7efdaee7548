"""The simulation: runs the real use cases and posting loop on failing external services, in virtual time, by a seed.

engine/     virtual time, workers, faults, and simulated tables, queues, provider, webhooks, mail and timers
scenarios/  the actions of usage senders, administrators, operators and auditors
checks/     the invariants after every transaction, and in the final state
planted/    bugs that are planted in the real code; the simulation must find each of them
"""
