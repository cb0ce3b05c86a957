"""What screens and other rooms may read of inquiries; each takes the viewer and stays in their entity."""
