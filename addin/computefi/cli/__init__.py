"""The command line; what needs both a host and the recalculation is put together here."""
