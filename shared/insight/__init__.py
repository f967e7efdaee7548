"""What will happen, what to set, what it would have cost: answers that replay the rules that book (R20, R21)."""
