"""Pure rules on plain values: no database, no bus, no clock of their own."""
