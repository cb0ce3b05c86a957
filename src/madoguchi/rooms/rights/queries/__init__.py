"""What screens and other rooms may read of this room."""
