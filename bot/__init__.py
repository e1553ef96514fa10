"""The edge: HTTP in, Teams and pages out, settings and the command line. What is said is decided elsewhere."""
