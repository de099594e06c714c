"""Sends a CSV of banners as a plain script would: read lines, split, check, post 1,000 at a time.

The standard library's http.client with one connection kept alive stands in for `requests`, which
does the same on top of it, more slowly.
"""

import http.client
import json
import re
import sys
from urllib.parse import urlsplit

is_name = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+)*").fullmatch
is_whole = re.compile(r"[+-]?\d+").fullmatch
is_banner = re.compile(r"\d{1,2}").fullmatch


def main(path, url):
    connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def post(path, value, headers):
        headers = {"Content-Type": "application/json", **headers}
        connection.request("POST", path, json.dumps(value), headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status}")
        return body

    token = json.loads(post("/auth", {"ProjectKey": "key"}, {}))["AccessToken"]
    headers = {"Authorization": f"Bearer {token}"}
    batch = []
    sent = rejected = 0
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            fields = line.rstrip("\n").split(",")
            if len(fields) != 4:
                rejected += 1
                continue
            name, age, cookie, banner = map(str.strip, fields)
            if not (is_name(name) and is_whole(age) and cookie and is_banner(banner)):
                rejected += 1
                continue
            if int(age) < 18:
                continue
            batch.append({"VisitorCookie": cookie, "BannerId": int(banner)})
            if len(batch) == 1000:
                post("/banners/show/bulk", {"Data": batch}, headers)
                sent += len(batch)
                batch = []
    if batch:
        post("/banners/show/bulk", {"Data": batch}, headers)
        sent += len(batch)
    print(sent, rejected)


main(*sys.argv[1:])
