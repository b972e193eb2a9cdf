"""Rules for a Rete engine: conditions on two rails, patterns that its sound subset can hold, and sessions."""
