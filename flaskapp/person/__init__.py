"""People: who is told of what, when, through which channels; and who is not to be told for a while."""
