"""The partner's side: what is due, handing in, the answer, the receipt, what became of it."""
