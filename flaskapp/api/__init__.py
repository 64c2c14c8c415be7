"""The API: what people do on pages, for programs. Thin: each change is the pages' own."""
