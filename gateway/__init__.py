"""The front door: HTTP, identities, idempotency, and the answers to commands."""
