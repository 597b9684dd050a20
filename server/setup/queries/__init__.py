"""SQL of bringing a district in and of keeping its places."""
