"""What every service stands on. Imports nothing else of ours."""
