"""Has the AWS CLI's own parser read commands, given as JSON lists of words on stdin. Prints what it objects to, as JSON.

A command ends where its request would be made: its parameters are held against the service's model, and nothing is sent.
"""

import contextlib, io, json, os, sys

os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_PAGER="")
for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
    os.environ.pop(name, None)

from awscli.clidriver import CLIOperationCaller, create_clidriver
from botocore.validate import ParamValidator

driver = create_clidriver()
accepted = []


def check(self, service_name, operation_name, parameters, parsed_globals):
    operation = driver.session.get_service_model(service_name).operation_model(operation_name)
    report = ParamValidator().validate(parameters, operation.input_shape)
    if report.has_errors():
        print(report.generate_report())
    else:
        accepted.append(operation_name)
    return 0


CLIOperationCaller.invoke = check

objections = []
for words in json.load(sys.stdin):
    said = io.StringIO()
    accepted.clear()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            driver.main(words)
        except SystemExit:
            pass
    if not accepted:
        objections.append([" ".join(words), said.getvalue().strip()[-300:]])
print(json.dumps(objections))
