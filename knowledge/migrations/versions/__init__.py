"""The steps, in order; a step's number is its name."""
