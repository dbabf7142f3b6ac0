"""Files that people send in: looked into, written anew, kept under names of our own."""
