"""Answers of custom resources to CloudFormation."""
