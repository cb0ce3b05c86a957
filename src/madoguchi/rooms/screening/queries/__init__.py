"""What is known of decisions, lessons and marks."""
