"""The function that copies scene files from the CDK's assets to the bucket of a workspace."""
