"""Has the AWS CLI's own parser read commands, given as JSON lists of words on stdin. Prints what it objects to, as JSON.

Nothing is sent: every request ends where it would leave, at a port on which nobody listens.
"""

import contextlib, io, json, os, sys

os.environ.update(
    AWS_ACCESS_KEY_ID="nobody",
    AWS_SECRET_ACCESS_KEY="nothing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_MAX_ATTEMPTS="1",
    AWS_PAGER="",
)
for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
    os.environ.pop(name, None)

from awscli.clidriver import create_clidriver

sent = "Could not connect to the endpoint URL"
objections = []
for words in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            create_clidriver().main([*words, "--endpoint-url", "http://127.0.0.1:9"])
        except SystemExit:
            pass
    if sent not in said.getvalue():
        objections.append([" ".join(words), said.getvalue().strip()[-300:]])
print(json.dumps(objections))
