"""The simulation: the real verbs and the real loop on an outside that fails, in virtual time, by a seed.

engine/     time, workers, faults, and an outside that meets them: tables, queues, provider, webhooks, mail, timers
scenarios/  who does what: senders of usage, administrators, operators, auditors
checks/     what must hold after every transaction, and once all is quiet again
planted/    bugs put into the real code on purpose: each must be found, or the simulation is blind
"""
