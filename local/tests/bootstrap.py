"""A function for tests: tells the queue of its own name what it was given, then does what the event says."""

import http.client
import json
import os
import sys
import time

RUNTIME = "/2018-06-01/runtime"


def main():
    if os.environ.get("FAIL_INIT"):
        post_to_runtime("/init/error", {"errorType": "Init", "errorMessage": "no settings"})
        sys.exit(1)
    while True:
        serve_one()


def serve_one():
    reply, body = request(os.environ["AWS_LAMBDA_RUNTIME_API"], "GET", f"{RUNTIME}/invocation/next")
    request_id = reply.headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(body)
    print("serving", request_id, flush=True)
    tell({"request_id": request_id, "event": event})
    try:
        answer = act(event, dict(reply.headers))
    except RuntimeError as error:
        document = {"errorType": "RuntimeError", "errorMessage": str(error)}
        post_to_runtime(f"/invocation/{request_id}/error", document)
    else:
        post_to_runtime(f"/invocation/{request_id}/response", answer)


def act(event, headers):
    if not isinstance(event, dict):
        return Acts.echo(event, headers)
    if is_batch(event):
        return batch(event)
    return getattr(Acts, event.get("do", "echo"))(event, headers)


class Acts:
    def echo(event, headers):
        return {"event": event, "headers": headers, "env": dict(os.environ), "pid": os.getpid()}

    def answer(event, headers):
        return event["with"]

    def large(event, headers):
        return "a" * 7 * 1024 * 1024

    def fail(event, headers):
        raise RuntimeError(event.get("message", "asked to"))

    def exit(event, headers):
        os._exit(event["code"])

    def sleep(event, headers):
        if "tell" in event:
            send(event["tell"], str(os.getpid()))
        time.sleep(event["seconds"])

    def chat(event, headers):
        print("x" * 200_000)
        print("last words", flush=True)

    def hold(event, headers):
        send(event["arrived"], "here")
        sqs("ReceiveMessage", {"QueueUrl": event["go"], "WaitTimeSeconds": 20})
        return os.getpid()

    def send(event, headers):
        for text in event["texts"]:
            send(event["queue"], text)
        return len(event["texts"])


def batch(event):
    """The messages say themselves which of them fail."""
    failed = [record["messageId"] for record in event["Records"] if record["body"].startswith("bad")]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def is_batch(event):
    return any(record.get("eventSource") == "aws:sqs" for record in event.get("Records", []))


def tell(document):
    own = f"{os.environ['AWS_ENDPOINT_URL']}/123456789012/{os.environ['AWS_LAMBDA_FUNCTION_NAME']}"
    if not os.environ.get("SILENT"):
        send(own, json.dumps(document))


def send(queue, text):
    sqs("SendMessage", {"QueueUrl": queue, "MessageBody": text})


def sqs(operation, document):
    key, region = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_REGION"]
    headers = {
        "X-Amz-Target": f"AmazonSQS.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/sqs/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    host = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    return request(host, "POST", "/", json.dumps(document), headers)


def post_to_runtime(path, document):
    request(os.environ["AWS_LAMBDA_RUNTIME_API"], "POST", RUNTIME + path, json.dumps(document))


def request(host, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(host)
    connection.request(method, path, body, headers or {})
    reply = connection.getresponse()
    return reply, reply.read()


main()
