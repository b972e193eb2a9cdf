"""A rule pack: files in, the rules in force on a day out."""
