"""What every room stands on: `lib` (clock, ids, text, sockets) and `ui` (templates, styles, headers)."""
