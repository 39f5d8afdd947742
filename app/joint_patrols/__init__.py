"""联合巡查: branch, owners' committee and property company walk the compound on one fixed day each month."""
