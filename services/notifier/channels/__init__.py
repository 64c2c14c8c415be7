"""Ways to people: one module a kind, each with something that hands messages over; `opening.py` makes them."""
