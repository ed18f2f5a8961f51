"""Community dialogues and listening sessions."""
