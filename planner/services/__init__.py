"""What can be done to posts: one file a verb."""
