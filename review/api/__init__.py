"""The JSON twin of the pages: the same gates and services, with serializers."""
