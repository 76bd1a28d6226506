"""Who is concerned, and in which words. Plain values in and out; no database, no bus, no clock."""
