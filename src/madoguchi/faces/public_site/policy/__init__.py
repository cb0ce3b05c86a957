"""The privacy policy and the notices, every version under its own address."""
