"""Takes in what IP cameras send by FTP, or write into a folder: pictures, short films, and other files."""
