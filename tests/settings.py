"""Settings of the tests: another PostgreSQL than the one people work with, fast and forgetful."""

import os

# Read by config.settings and by the programs that a test starts.
os.environ["MAILLAGE_TEST"] = "1"
# A browser test runs an event loop in the thread that reads the database, one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from config.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Most tests sign in by one step; those of the second factor turn it on.
MAILLAGE_SECOND_FACTEUR = False
# Look each static file up when asked, instead of listing thousands of them for every test client.
WHITENOISE_AUTOREFRESH = True
