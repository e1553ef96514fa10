"""Evaluation: what delegates say before, at the end and weeks later, and what of it may ever be shown."""
