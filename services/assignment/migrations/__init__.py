"""The migrations of assignment's database."""
