"""Speed, measured: CPU seconds and ratios taken in turn in one run. `make bench` prints what docs/performance.md holds."""
