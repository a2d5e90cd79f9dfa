"""Files of posts: reading them, telling what they are, and turning each row into a plan. Nothing here writes rows."""
