"""For those who carry the work on: what regenerates, checks and scaffolds."""
