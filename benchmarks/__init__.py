"""Measures the server against what bounds it, on the same machine in the same minute, and prints ratios.

`python -m benchmarks --help` tells the options; docs/performance.md tells what is measured and why.
"""
