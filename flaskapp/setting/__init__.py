"""People's settings as one file of text: taken away, kept, edited, brought back."""
