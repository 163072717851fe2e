"""Links without account: the page on which a provider returns the file of one case in one round."""
