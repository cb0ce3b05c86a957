"""What screens and other rooms may read: versions, drafts on their way, and how the promises stand."""
