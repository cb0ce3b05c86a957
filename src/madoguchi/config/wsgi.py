"""The WSGI application that the server runs."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from madoguchi.config.lifetime import end_with_parent
from madoguchi.config.sqlite.turn import keep_turns_short

end_with_parent(signal.SIGKILL)  # the server's own process holds the port; without it nobody may answer
keep_turns_short()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
application = get_wsgi_application()
