"""The plates service: reads licence plates of vehicles. Readers and what becomes of their text."""
