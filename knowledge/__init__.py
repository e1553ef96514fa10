"""What the partnership knows: content, understanding, rules and records. It never speaks to a network."""
