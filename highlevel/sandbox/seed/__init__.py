"""The example agency: twelve businesses, what they post, and everything around it. Same seed, same day: same agency."""

from highlevel.sandbox.seed.planting import plant, plant_posts

__all__ = ["plant", "plant_posts"]
