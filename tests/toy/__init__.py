"""A platform in miniature on the real chassis: two services whose effects can be counted."""
