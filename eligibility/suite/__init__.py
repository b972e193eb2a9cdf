"""A suite of households for a pack: each condition decides alone on both sides, and every change of the rules is noticed."""
