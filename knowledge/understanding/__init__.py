"""What a practitioner means: text in, a Reading out. Pure: no clock, no file, no network at answer time."""
