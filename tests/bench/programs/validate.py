"""Reads a CSV of banners with Python's csv module and counts the rows that pass rowferry's checks."""

import csv
import re
import sys

is_name = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+)*").fullmatch
is_whole = re.compile(r"[+-]?\d+").fullmatch
is_banner = re.compile(r"\d{1,2}").fullmatch


def main(path):
    valid = filtered = invalid = 0
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            if len(row) != 4:
                invalid += 1
                continue
            name, age, cookie, banner = row
            age = age.strip()
            if not (
                is_name(name.strip())
                and is_whole(age)
                and cookie.strip()
                and is_banner(banner.strip())
            ):
                invalid += 1
            elif int(age) < 18:
                filtered += 1
            else:
                valid += 1
    print(valid, filtered, invalid)


main(sys.argv[1])
