"""Hand-written samples of every format, with what each record is and why. None comes from a real system."""
