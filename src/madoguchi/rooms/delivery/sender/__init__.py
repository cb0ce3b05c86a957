"""Whether the world believes that a mail is ours: SPF, DKIM, DMARC, reverse names, read and said in words."""
