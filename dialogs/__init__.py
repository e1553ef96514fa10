"""The conversation: what was said, what to do about it, what to show. It returns replies and sends nothing."""
