"""The trial on one's own machine: one-click sign-in, the mailbox, a fresh start. Mounted only with settings.DEMO."""
