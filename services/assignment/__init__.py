"""Assignment: from the grant of an application to the checked closing file and its subsidy."""
