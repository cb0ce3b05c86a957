"""All that a stranger can reach, one journey a folder."""
