"""How staff come in: password and second step, or a passkey; their own means of signing in; the setup link."""
