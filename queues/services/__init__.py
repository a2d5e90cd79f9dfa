"""What can be done to category queues."""
