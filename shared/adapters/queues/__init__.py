"""Ports on Azure Storage Queues."""
