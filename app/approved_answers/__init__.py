"""口径库: answers an office has approved, found by words and offered by category where a reply is written."""
