"""What the tests stand on: a real broker and database (found or started), waiting, faults on the wire."""
