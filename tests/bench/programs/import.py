"""Sends a CSV of banners as a plain script would: read lines, split, check, post 1,000 at a time.

Needs `requests` (`pip install requests`, Debian's python3-requests).
"""

import re
import sys

import requests

is_name = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+)*").fullmatch
is_whole = re.compile(r"[+-]?\d+").fullmatch
is_banner = re.compile(r"\d{1,2}").fullmatch


def main(path, url):
    session = requests.Session()  # Keeps its connection, where `requests.post` makes one each time.

    def post(path, value):
        answer = session.post(url + path, json=value, timeout=30)
        answer.raise_for_status()
        return answer

    token = post("/auth", {"ProjectKey": "key"}).json()["AccessToken"]
    session.headers["Authorization"] = f"Bearer {token}"
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
                post("/banners/show/bulk", {"Data": batch})
                sent += len(batch)
                batch = []
    if batch:
        post("/banners/show/bulk", {"Data": batch})
        sent += len(batch)
    print(sent, rejected)


main(*sys.argv[1:])
