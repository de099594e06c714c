"""Takes records over HTTP as the older connector did: a WSGI server with a thread for each connection
that checks a record and posts it on before it answers. Prints its port.

    serve_records.py <url of the API>
"""

import http.client
import json
import re
import sys
import threading
from socketserver import ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

is_name = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+)*").fullmatch
api = urlsplit(sys.argv[1])
local = threading.local()


def post(path, value, headers):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(api.hostname, api.port)
    body = json.dumps(value).encode()
    local.connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = local.connection.getresponse()
    content = answer.read()
    return json.loads(content) if content else None


token = post("/auth", {"ProjectKey": "key"}, {})["AccessToken"]
local.connection.close()
del local.connection


def app(environ, start_response):
    record = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    age, banner = int(record["age"]), int(record["banner_id"])
    if is_name(record["name"]) and record["cookie"] and 0 <= banner <= 99 and age >= 18:
        banner_shown = {"VisitorCookie": record["cookie"], "BannerId": banner}
        post("/banners/show", banner_shown, {"Authorization": f"Bearer {token}"})
    body = b'{"message": "The record was sent"}'
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("202 Accepted", headers)
    return [body]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", 0, app, Server, Handler)
print(server.server_port, flush=True)
server.serve_forever()
