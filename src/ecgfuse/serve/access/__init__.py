"""Who may do what: addresses, persons, tokens, headers and limits."""
