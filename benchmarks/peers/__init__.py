"""The peers: the same work done with other tools, each at its best sensible settings."""
