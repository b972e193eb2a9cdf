"""Tables of people: files as offices have them to typed frames of whole households, every row in them or told why not."""
