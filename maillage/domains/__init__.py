"""One room per objective of the strategy."""
