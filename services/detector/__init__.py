"""The detector: looks at pictures. Models and plug-ins (the look) here, claiming of work in `worker`."""
