"""The sample network of an invented city, and the golden case played on it through the HTTP door.

Every name, number and address is made up.
"""
