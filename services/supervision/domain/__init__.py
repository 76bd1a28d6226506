"""The rules of supervision on plain values: no database, no bus, no clock of their own."""
