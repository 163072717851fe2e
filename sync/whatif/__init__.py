"""What another tariff would be worth in a case, and what another parameter set would change. Nothing here is stored."""
