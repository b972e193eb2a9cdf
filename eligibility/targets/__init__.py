"""The same meaning elsewhere: each module compiles the rules of a day for another engine."""
