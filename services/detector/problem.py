"""Why a model cannot be had."""


class ModelError(Exception):
    """A model could not be fetched, checked or opened; the text says what happened and what to do."""
