"""The scribe: writes down what the bus says, and tells Node-RED what the database says of cameras and pictures."""
