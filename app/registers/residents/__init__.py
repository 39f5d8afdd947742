"""居民: people in their homes, and how they come and go."""
