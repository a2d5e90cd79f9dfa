"""What the pages of category queues show."""
