"""Communities, places and people: the rows that every feature shares, and how they are looked up."""
