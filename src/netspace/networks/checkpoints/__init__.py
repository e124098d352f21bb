"""Weights of other libraries, and ours as theirs: one file of names for each library."""

from netspace.networks.checkpoints.loading import LoadedCheckpoint, load_checkpoint, to_state_dict

__all__ = ["LoadedCheckpoint", "load_checkpoint", "to_state_dict"]
