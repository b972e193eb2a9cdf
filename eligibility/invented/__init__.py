"""Invented cities: people and households out of a seed, so that anyone can try what a whole city is screened with."""
