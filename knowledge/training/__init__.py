"""Training: the catalogue, bookings and waiting lists, reminders, registers, certificates and figures."""
