"""Usage that the service fetches itself: from objects that AWS announces, and from Microsoft Graph (R10, R24). Both put
events of the type `credits.usage.records.v1` on the queue `usage`, where readers turn the records into calls.
"""
