"""The same thing in successive pictures: what belongs together, has arrived, is still there, has gone."""
