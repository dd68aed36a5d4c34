"""The custom resource that refuses a deployment which would leave a twin without its history."""
