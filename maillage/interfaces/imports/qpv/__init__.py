"""The quartiers prioritaires de la politique de la ville: their communes and, when given, their contours."""
