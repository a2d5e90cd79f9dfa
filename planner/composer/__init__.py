"""The composer: from what is typed into a page to what is composed, and back."""
