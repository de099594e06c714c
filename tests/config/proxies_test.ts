/** Which proxy a request takes. */

import { assertEquals, assertThrows } from "@std/assert";

import { readProxies } from "../../src/config/proxies.ts";
import { UsageError } from "../../src/model/errors.ts";

type Variables = Readonly<Record<string, string>>;

/** The proxies of a process with these variables, and an `.env` file with those. */
function proxies(own: Variables, file: Variables = {}) {
  return readProxies({
    get: (name) => {
      const isFromFile = !(name in own);
      const value = own[name] ?? file[name];
      return value ? { value, origin: "", isFromFile } : null;
    },
  });
}

/** Host and port of the proxy that is taken, or null. */
function taken(own: Variables, url: string, file: Variables = {}): string | null {
  const proxy = proxies(own, file)(new URL(url));
  return proxy && `${proxy.kind} ${proxy.host}:${proxy.port}`;
}

const API = "https://api.example.com/rows";

const CASES: readonly [string, Variables, string, string | null][] = [
  ["none without variables", {}, API, null],
  ["that of the scheme", { HTTPS_PROXY: "http://p:3128" }, API, "http p:3128"],
  ["not that of another", { HTTP_PROXY: "http://p:3128" }, API, null],
  ["that of all schemes", { ALL_PROXY: "socks5://p" }, API, "socks5 p:1080"],
  [
    "the scheme's before all's",
    { ALL_PROXY: "http://a", HTTPS_PROXY: "http://b" },
    API,
    "http b:80",
  ],
  ["small letters", { https_proxy: "https://p" }, API, "https p:443"],
  ["a host alone", { HTTPS_PROXY: "p.example:8080" }, API, "http p.example:8080"],
  ["an IPv6 address", { HTTPS_PROXY: "http://[::1]:3128" }, API, "http ::1:3128"],
  ["none where it is exempt", { HTTPS_PROXY: "http://p", NO_PROXY: "*" }, API, null],
  ["none for a name", { HTTPS_PROXY: "http://p", NO_PROXY: "x, api.example.com" }, API, null],
  ["none below a name", { HTTPS_PROXY: "http://p", NO_PROXY: "example.com" }, API, null],
  [
    "none below a name with a dot",
    { HTTPS_PROXY: "http://p", NO_PROXY: ".Example.com" },
    API,
    null,
  ],
  ["one beside a name", { HTTPS_PROXY: "http://p", NO_PROXY: "ample.com" }, API, "http p:80"],
  ["none for a port", { HTTPS_PROXY: "http://p", NO_PROXY: "example.com:443" }, API, null],
  [
    "one for another port",
    { HTTPS_PROXY: "http://p", NO_PROXY: "example.com:80" },
    API,
    "http p:80",
  ],
  [
    "none in a network",
    { HTTP_PROXY: "http://p", NO_PROXY: "10.0.0.0/8" },
    "http://10.9.8.7",
    null,
  ],
  [
    "one beside it",
    { HTTP_PROXY: "http://p", NO_PROXY: "10.0.0.0/8" },
    "http://11.0.0.1",
    "http p:80",
  ],
  [
    "none for an IPv6 address",
    { HTTP_PROXY: "http://p", NO_PROXY: "2001:db8::1" },
    "http://[2001:db8::1]/",
    null,
  ],
  ["none elsewhere for this machine", { HTTP_PROXY: "http://p" }, "http://127.0.0.1:8080/", null],
  ["nor for its names", { HTTP_PROXY: "http://p" }, "http://stub.localhost/", null],
  [
    "one on this machine",
    { HTTP_PROXY: "http://127.0.0.1:9" },
    "http://127.0.0.1:8080/",
    "http 127.0.0.1:9",
  ],
];

for (const [name, own, url, expected] of CASES) {
  Deno.test(`of proxies, ${name}`, () => assertEquals(taken(own, url), expected));
}

Deno.test("a process's own proxy goes over that of a file, whichever its letters", () => {
  const file = { HTTPS_PROXY: "http://file", NO_PROXY: "elsewhere.example" };
  assertEquals(taken({}, API, file), "http file:80");
  assertEquals(taken({ https_proxy: "http://own" }, API, file), "http own:80");
});

Deno.test("a proxy's user and password are read, and are in no text", () => {
  const proxy = proxies({ HTTPS_PROXY: "http://us%40er:pa%3Ass@p" })(new URL(API));
  assertEquals(proxy?.credentials, { user: "us@er", password: "pa:ss" });
});

for (const value of ["http://u:s3cret@:::", "ftp://p", "http://", "socks4://p", "p:99999"]) {
  Deno.test(`${value} is no proxy, and an error that doesn't repeat it`, () => {
    const { message } = assertThrows(() => proxies({ HTTP_PROXY: value }), UsageError);
    assertEquals([message.startsWith("HTTP_PROXY is no proxy"), message.includes("s3cret")], [
      true,
      false,
    ]);
  });
}
