"""The engines of others that compute native Excel, each behind the same few methods."""
