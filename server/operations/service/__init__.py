"""What is measured outside the database: disks and the certificate."""
