"""Takes in what IP cameras send by FTP: pictures, short films, and other files."""
