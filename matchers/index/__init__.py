"""The index: built once, memory-mapped by any number of processes, asked for candidates."""

from matchers.index.building import FORMAT, build_index
from matchers.index.candidates import CandidateIndex

__all__ = ["FORMAT", "CandidateIndex", "build_index"]
