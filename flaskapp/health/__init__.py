"""Is it working, and will it go on working?"""
