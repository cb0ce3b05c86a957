"""What may become of what somebody asks about their own data. Pure: facts come in as arguments."""
