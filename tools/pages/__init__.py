"""The documentation pages of the functions, made from their declarations."""
