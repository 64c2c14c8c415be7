"""Users of FTP: what is typed into a camera so that it can send."""
