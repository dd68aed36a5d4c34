"""What AWS documents of TwinMaker and SiteWise; every other module takes it from here."""
