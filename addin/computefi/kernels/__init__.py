"""Numerical kernels: arrays in, arrays out, no names of the trade."""
