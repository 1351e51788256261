"""The local economy: trades, recruitment, tension, vacancies, employers, great projects."""
