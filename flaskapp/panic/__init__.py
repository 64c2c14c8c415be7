"""The panic button: sets off at once whatever rules do on panic."""
