"""Contracts: load them strictly, render what comes from them, make the template workbook."""
