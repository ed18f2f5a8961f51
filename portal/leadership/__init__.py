"""Leadership's side: the annual progress extract and what changed since the last one."""
