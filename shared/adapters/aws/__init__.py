"""Ports on AWS, through boto3. It is imported when it is first used: most deployments never talk to AWS."""
