"""The desk: sign-in, home, inbox, an inquiry with everything beside it, the staff API."""
