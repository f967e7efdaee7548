"""Ports on Azure Table Storage."""
