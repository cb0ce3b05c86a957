"""The rooms of the house, a ladder: a room imports only from rooms further down (see docs/adr/0001)."""
