"""Quanliu: software that runs a region's voucher programme for small firms."""
