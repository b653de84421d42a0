"""What a text claims about code, compared with what it cites and with the source: names, places, arguments, relations."""
