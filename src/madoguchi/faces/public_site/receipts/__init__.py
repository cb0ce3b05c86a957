"""控え: which wording and which policy somebody saw, and the mailings they chose or stopped."""
