"""The bridge from AWS under crashes: objects and their announcements, and processes that die between two steps."""
