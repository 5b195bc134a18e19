"""The tests of Quanliu; they mirror the tree of `app`, `handlers` and `processes`."""
