"""What tests of a pack need: the cases beside its rules, strategies drawn from its own limits, and what no case exercises."""
