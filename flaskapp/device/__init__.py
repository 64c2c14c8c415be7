"""Devices: what each of them says now; naming, grouping, switching off and forgetting them."""
