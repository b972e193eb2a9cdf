"""Properties of a pack: meanings that nobody wants, found before a citizen meets them."""
