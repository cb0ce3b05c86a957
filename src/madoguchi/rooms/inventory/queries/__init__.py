"""What is held of whom, and what became of it; read from the declarations and from this room's own tables."""
