"""Handlers of the resource types that ministack lacks, and of the CDK's custom resources."""
