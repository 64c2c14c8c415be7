"""Why a model could not be converted."""


class ConversionError(Exception):
    """The graph holds something that the converter does not know, or is damaged; the text says which."""
