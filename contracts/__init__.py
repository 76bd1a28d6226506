"""Marshmallow schemas of every command and event: all that the services know of each other."""
