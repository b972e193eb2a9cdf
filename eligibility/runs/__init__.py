"""A run on disk: chunks that are there whole or not at all, a manifest that vouches for them, and one writer."""
