"""3.1 · The person in insertion: who they are, who follows them, and who may therefore see them."""
