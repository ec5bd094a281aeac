"""Training: pairs and batches, the loss and its mask, the trainer, checkpoints, and the proof that it trained."""
