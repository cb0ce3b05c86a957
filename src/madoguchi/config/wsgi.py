"""The WSGI application that the server runs."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from madoguchi.config.lifetime import end_with_parent

end_with_parent(signal.SIGKILL)  # the server's own process holds the port; without it nobody may answer
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
application = get_wsgi_application()
from madoguchi.faces.public_site.inquiry.funnel import keep_writing  # noqa: E402  Django is ready now

keep_writing()
gc.set_threshold(20_000, 20, 20)  # a request makes little that refers to itself; look for it less often
