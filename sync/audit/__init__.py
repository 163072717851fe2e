"""Who did and saw what: noting what is read, the page, the sentences, the commands. The chain itself is the store's."""
