"""Files in the API: what is kept, and where it is read; they are sent in at `/files/`."""
