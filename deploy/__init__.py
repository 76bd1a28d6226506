"""How aidbus is set up and run: the environment, the operators' files, the sample network."""
