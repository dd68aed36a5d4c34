"""A twin on this machine: an AWS on the loopback interface, with TwinMaker and SiteWise in it."""
