"""What screens may read: a change as it is told, who was told of it, and what came of it."""
