"""How well and how fast pictures are looked at: the model, its pace, what it drops, how often people correct it."""
