"""What knows no business: pure computation, then the kernel of screens, acts and traces."""
