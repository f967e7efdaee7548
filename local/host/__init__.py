"""The embedded host: serves this FunctionApp where Core Tools are absent.

Routes, queue triggers, timers and the admin interface as Azure's host has them; what to serve is read from the app
itself and from host.json, there is no list here.
"""
