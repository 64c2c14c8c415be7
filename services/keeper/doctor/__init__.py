"""The doctor: checks each invariant of the design on a stack's rows and files, and repairs what is safe to repair."""
