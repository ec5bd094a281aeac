"""Models: backbones by name, how each turns text into a vector, and the embedder that does it."""
