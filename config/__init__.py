"""The only module that knows every other: settings, URLs, server entry."""
