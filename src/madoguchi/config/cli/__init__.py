"""The subcommands, a file each. Django starts only in those that need it."""
