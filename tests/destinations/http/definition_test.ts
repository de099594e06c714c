import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";

import type { SinkSetup } from "../../../src/destinations/definition.ts";
import { definition as http } from "../../../src/destinations/http/definition.ts";
import { DestinationError, UsageError } from "../../../src/model/errors.ts";
import type { Batch } from "../../../src/model/batch.ts";
import type { RequestHead, Sink } from "../../../src/model/destination.ts";
import type { Value } from "../../../src/model/value.ts";
import {
  answerOf,
  batchOf,
  compiled,
  payloadOf,
  payloadsOf,
  requestOf,
  sinkFor,
} from "../../support/sinks.ts";

const URL_ = "https://api.example.com/v1/items";

function mappingOf(section: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return {
    destination: "http",
    columns: [{ from: "id", to: "id" }, { from: "name", to: "name" }],
    http: { url: URL_, ...section },
    ...more,
  };
}

function open(
  section: Record<string, unknown>,
  variables: Record<string, string> = {},
  overrides: Partial<SinkSetup> = {},
): Sink {
  return sinkFor(mappingOf(section), { variables, ...overrides });
}

/** The head of a request, whatever its rows. */
function headOf(sink: Sink, token: string | null = null): RequestHead {
  return sink.destination.request(batchOf(sink, []), token);
}

/** The payload of a row by a mapping of these targets, one column each. */
function recordOf(targets: readonly string[], values: readonly Value[], constants = {}): string {
  const columns = targets.map((to, n) => ({ from: `c${n}`, to }));
  const sink = sinkFor(mappingOf({}, { columns, ...constants }));
  return payloadOf(sink, 1, values);
}

const RECORDS: [targets: string[], values: Value[], record: string][] = [
  [["a"], ["x"], '{"a":"x"}'],
  [["a.b", "a.c"], ["x", 1], '{"a":{"b":"x","c":1}}'],
  [["a.b", "a.c"], [undefined, true], '{"a":{"c":true}}'],
  [["a.b", "d"], [undefined, "x"], '{"d":"x"}'],
  [["a.b"], [undefined], "{}"],
  [["tags[0]", "tags[1]"], ["x", "y"], '{"tags":["x","y"]}'],
  [["items[0].a", "items[0].b"], ["x", "y"], '{"items":[{"a":"x","b":"y"}]}'],
  [['["a.b"]'], ["x"], '{"a.b":"x"}'],
  [["[0]", "[1].a"], ["x", 2], '["x",{"a":2}]'],
  [["j"], [{ k: [1, null] }], '{"j":{"k":[1,null]}}'],
  [["a"], ['"\\\n'], '{"a":"\\"\\\\\\n"}'],
];

for (const [targets, values, record] of RECORDS) {
  Deno.test(`${JSON.stringify(values)} at ${targets.join(", ")} is the record ${record}`, () => {
    assertEquals(recordOf(targets, values), record);
  });
}

Deno.test("constants stand in every record, as any JSON value", () => {
  const constants = { constants: [{ to: "meta.source", value: { by: "import" } }] };
  assertEquals(
    recordOf(["meta.id"], ["x"], constants),
    '{"meta":{"id":"x","source":{"by":"import"}}}',
  );
});

const ENVELOPES: [envelope: Record<string, unknown>, body: string, type: string][] = [
  [{ format: "array" }, '[{"id":"1"},{"id":"2"}]', "application/json"],
  [{ format: "array", at: "a.b" }, '{"a":{"b":[{"id":"1"},{"id":"2"}]}}', "application/json"],
  [
    { format: "array", at: "a.b", with: { v: 1, a: { w: "č" } } },
    '{"v":1,"a":{"w":"č","b":[{"id":"1"},{"id":"2"}]}}',
    "application/json",
  ],
  [{ format: "ndjson" }, '{"id":"1"}\n{"id":"2"}\n', "application/x-ndjson"],
];

for (const [envelope, body, type] of ENVELOPES) {
  Deno.test(`the envelope ${JSON.stringify(envelope)} makes the body ${JSON.stringify(body)}`, () => {
    const sink = open({ envelope });
    const batch = batchOf(sink, [["1"], ["2"]]);
    const request = requestOf(sink.destination, batch, null);
    assertEquals([request.method, request.url, request.body], ["POST", URL_, body]);
    assertEquals(request.headers["Content-Type"], type);
    const { head, separator, tail } = sink.destination.frame(batch.route);
    assertEquals(body, head + payloadsOf(batch).join(separator) + tail);
  });
}

const BAD_SECTIONS: [what: string, section: Record<string, unknown>, says: string][] = [
  [
    "members beside an array that is the body",
    { envelope: { format: "array", with: { a: 1 } } },
    "at",
  ],
  [
    "an array where something stands already",
    { envelope: { format: "array", at: "a", with: { a: 1 } } },
    '"a"',
  ],
  [
    "an array inside something that is no object",
    { envelope: { format: "array", at: "a.b", with: { a: 1 } } },
    "through objects only",
  ],
  [
    "a line that no column fills",
    { envelope: { format: "ndjson", lines: ["action"] } },
    "a line action that no column fills",
  ],
  ["a header of the connection's own", { headers: { "Content-Length": "1" } }, "Content-Length"],
  ["a header that HTTP does not allow", { headers: { "X Y": "1" } }, "X Y"],
];

for (const [what, section, says] of BAD_SECTIONS) {
  Deno.test(`${what} is refused before anything is read`, () => {
    assertThrows(() => open(section), UsageError, says);
  });
}

const AUTHS: [auth: Record<string, string>, header: string, value: string][] = [
  [{ type: "bearer", token: "${A}" }, "Authorization", "Bearer s3cret"],
  [
    { type: "basic", username: "${B}", password: "${A}" },
    "Authorization",
    `Basic ${btoa("user:s3cret")}`,
  ],
  [{ type: "apiKey", header: "X-Key", value: "Key ${A}" }, "X-Key", "Key s3cret"],
];

for (const [auth, header, value] of AUTHS) {
  Deno.test(`${auth["type"]} credentials go into ${header}`, () => {
    const sink = open({ auth }, { A: "s3cret", B: "user" });
    assertEquals(headOf(sink).headers[header], value);
    assertEquals(sink.destination.login, null);
  });
}

Deno.test("variables are filled in where the mapping names them, and only there", () => {
  const section = { url: "${HOST}/v1/${SPACE}", headers: { "X-A": "a ${KEY}", "X-B": "$KEY" } };
  const variables = { HOST: "https://h.example.com", SPACE: "s", KEY: "k" };
  const { url, headers } = headOf(open(section, variables));
  assertEquals(url, "https://h.example.com/v1/s");
  assertEquals([headers["X-A"], headers["X-B"]], ["a k", "$KEY"]);
});

Deno.test("a variable stands for a number where the mapping has it as one", () => {
  const envelope = { format: "array", at: "rows", with: { lists: ["${LIST:number}"] } };
  const constants = [{ to: "n", value: "${LIST:number}" }];
  const sink = (LIST: string) =>
    sinkFor(mappingOf({ envelope }, { constants }), { variables: { LIST } });
  assertEquals(payloadOf(sink(" 42 "), 1, ["a"]), '{"id":"a","n":42}');
  assertEquals(sink("42").destination.frame(0).head, '{"lists":[42],"rows":[');
  assertThrows(() => sink("all"), UsageError, "LIST must be a number");
  assertThrows(() => open({ headers: { x: "${LIST:number}" } }), Error, "expected a name");
});

Deno.test("a value that looks like a variable is not filled in again", () => {
  const variables = { A: "${B}", B: "secret" };
  const { headers } = headOf(open({ headers: { "X-A": "${A}" } }, variables));
  assertEquals(headers["X-A"], "${B}");
});

Deno.test("variables that are not set are named, all of them", () => {
  const section = { url: "${HOST}/a", headers: { "X-A": "${KEY}" }, auth: AUTHS[0]?.[0] };
  const { message } = assertThrows(() => open(section, { KEY: "", A: "x" }), UsageError);
  assertMatch(message, /^The mapping needs HOST and KEY: set them in the environment/);
});

const BAD_URLS: [variable: string, says: string][] = [
  ["api.example.com", "whole URL"],
  ["http://api.example.com", "in the clear"],
  ["https://me:hunter2@api.example.com", "user name or password"],
];

for (const [HOST, says] of BAD_URLS) {
  Deno.test(`a URL that is ${HOST} by its variable is refused, and not repeated`, () => {
    const error = assertThrows(() => open({ url: "${HOST}/a" }, { HOST }), UsageError, says);
    assertEquals(error.message.includes("hunter2"), false);
  });
}

Deno.test("a secret that breaks its header is refused, and not repeated", () => {
  const error = assertThrows(
    () => open({ auth: AUTHS[0]?.[0] }, { A: "hunter2\nX: y" }),
    UsageError,
  );
  assertEquals(error.message.includes("hunter2"), false);
});

Deno.test("variables in credentials, headers, paths and queries are secret, hosts are not", () => {
  const file = compiled(mappingOf({
    url: "${HOST}/a/${T}?key=${Q}",
    headers: { "X-A": "${H}" },
    auth: { type: "basic", username: "${U}", password: "${P}" },
  })).file;
  assertEquals(http.variables(file).map(({ name, secret }) => [name, secret]), [
    ["HOST", false],
    ["T", true],
    ["Q", true],
    ["H", true],
    ["U", true],
    ["P", true],
  ]);
  const whole = compiled(mappingOf({ url: "${HOOK}" })).file;
  assertEquals(http.variables(whole).map(({ secret }) => secret), [true]);
});

Deno.test("a URL that is a variable as a whole is told by its host alone", () => {
  const HOOK = "https://x.example/hooks/T0P/secret";
  const { destination } = open({ url: "${HOOK}" }, { HOOK });
  const verdict = destination.classify(answerOf(404), null);
  const reason = verdict.kind === "broken" ? verdict.reason : "";
  assertEquals(reason, "x.example answered 404 to /…: check http.url of the mapping");
  assertEquals(destination.address, "https://x.example/…");
});

Deno.test("line ends around a secret are no part of it", () => {
  const auth = { type: "bearer", token: "${T}" };
  assertEquals(headOf(open({ auth }, { T: "abc\n" })).headers["Authorization"], "Bearer abc");
});

Deno.test("the id of a request is the same for the same rows, and another for others", () => {
  const sink = open({ idempotencyHeader: "Idempotency-Key" });
  const make = () => batchOf(sink, [["1"], ["2"], ["3"]]);
  const batch = make();
  const id = (rows: Batch) => sink.destination.request(rows, null).headers["Idempotency-Key"];
  assertEquals(id(batch), id(make()));
  assertNotEquals(id(batch), id(batch.pick([0, 1])));
  assertNotEquals(id(batch), id(batch.pick([0, 2])));
  assertEquals(id(batch.pick([0, 1])), id(batchOf(sink, [["1"], ["2"]])));
  assertEquals(sink.destination.dropsRepeats, "requests");
  // What the API has answered is over: the same rows are another request to it.
  const answered = sink.destination.request(batch, null, 1).headers["Idempotency-Key"];
  assertNotEquals(answered, id(batch));
  assertNotEquals(
    answered,
    sink.destination.request(batch, null, 2).headers["Idempotency-Key"],
  );
  const single = open({ idempotencyHeader: "Idempotency-Key", limits: { rows: 1 } });
  assertEquals(single.destination.dropsRepeats, "rows");
});

Deno.test("an API is trusted to drop repeats only where the mapping says so", () => {
  assertEquals(open({}).destination.dropsRepeats, "nothing");
  assertEquals(open({ repeatsAreSafe: true }).destination.dropsRepeats, "rows");
});

Deno.test("limits come from the mapping, and single means one row a request", () => {
  const limits = { rows: 7, bytes: 5000, bytesPerRow: 400, rowsPerSecond: 3, concurrency: 2 };
  const expected = { rowsPerRequest: 7, bytesPerRequest: 5000, bytesPerRow: 400 };
  const { destination } = open({ limits });
  assertEquals(destination.limits, {
    ...expected,
    rowsPerSecond: 3,
    requestLimits: [],
    concurrency: 2,
    answerMs: 60_000,
  });
  assertEquals(open({ limits: { answerSeconds: 1.5 } }).destination.limits.answerMs, 1_500);
  assertEquals(open({ limits }, {}, { single: true }).destination.limits.rowsPerRequest, 1);
  const single = open({ limits, envelope: { format: "single" } });
  assertEquals(single.destination.limits.rowsPerRequest, 1);
});

const OAUTH = {
  type: "oauth2",
  tokenUrl: "https://login.example.com/token",
  clientId: "${ID}",
  clientSecret: "${SECRET}",
  scope: "a b",
};
const CLIENT = { ID: "me:1", SECRET: "s &" };

Deno.test("OAuth 2 credentials go form-encoded into the Basic header", () => {
  const { login } = open({ auth: OAUTH }, CLIENT).destination;
  assertEquals(login?.request, {
    method: "POST",
    url: "https://login.example.com/token",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "Authorization": `Basic ${btoa("me%3A1:s+%26")}`,
    },
    body: "grant_type=client_credentials&scope=a+b",
  });
});

const KEYED = {
  destination: "http",
  columns: [{ from: "id", to: "id" }],
  constants: [{ to: "meta", value: { token: "${TOKEN}", by: ["import ${WHO}"] } }],
  http: {
    url: URL_,
    envelope: { format: "array", at: "events", with: { api_key: "${API_KEY}", v: 1 } },
  },
};

Deno.test("keys that an API wants in the body come from the environment, and are secrets", () => {
  const variables = { API_KEY: "k3y", TOKEN: "t0ken", WHO: "me" };
  const sink = sinkFor(KEYED, { variables });
  const batch = batchOf(sink, [["1"]]);
  assertEquals(JSON.parse(requestOf(sink.destination, batch, null).body), {
    api_key: "k3y",
    v: 1,
    events: [{ id: "1", meta: { token: "t0ken", by: ["import me"] } }],
  });
  assertEquals(
    http.variables(compiled(KEYED).file).map(({ name, secret }) => [name, secret]),
    [["API_KEY", true], ["TOKEN", true], ["WHO", true]],
  );
  assertThrows(() => sinkFor(KEYED), UsageError, "API_KEY, TOKEN and WHO");
});

Deno.test("plain words of the mapping's own are told, and nothing that may be a key", () => {
  const constants = [
    { to: "idProperty", value: "email" },
    { to: "list", value: "v2-7f3a" },
    { to: "apiKey", value: "hunter" },
    { to: "source", value: "${SOURCE}" },
  ];
  const sink = sinkFor({ ...KEYED, http: { url: URL_ }, constants }, {
    variables: { SOURCE: "crm" },
  });
  assertEquals(sink.destination.ownWords, ["email"]);
});

Deno.test("Basic without a password takes the key for the user", () => {
  const auth = { type: "basic", username: "${KEY}" };
  const { headers } = headOf(open({ auth }, { KEY: "k3y" }));
  assertEquals(headers["Authorization"], `Basic ${btoa("k3y:")}`);
  assertThrows(() => compiled(mappingOf({ auth: { ...auth, username: "me" } })), Error, "username");
});

Deno.test("limits by request are in stretches of time, and in whole requests", () => {
  const limitsOf = (limits: Record<string, unknown>) =>
    open({ limits }).destination.limits.requestLimits;
  assertEquals(limitsOf({ requestsPerSecond: 10, requestsPerMinute: 150 }), [
    { requests: 10, ms: 1_000 },
    { requests: 150, ms: 60_000 },
  ]);
  assertEquals(limitsOf({ requestsPerSecond: 0.5 }), [{ requests: 1, ms: 2_000 }]);
  assertEquals(limitsOf({ requestWindows: [{ requests: 100, seconds: 10 }] }), [
    { requests: 100, ms: 10_000 },
  ]);
});

Deno.test("scope and audience of OAuth 2 may come from the environment", () => {
  const auth = { ...OAUTH, scope: "${SCOPE} b", audience: "${AUDIENCE}" };
  const variables = { ...CLIENT, SCOPE: "a", AUDIENCE: "https://api" };
  const { login } = open({ auth }, variables).destination;
  const body = "grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fapi";
  assertEquals(login?.request.body, body);
  const { file } = compiled(mappingOf({ auth }));
  const secret = http.variables(file).map(({ name, secret }) => [name, secret]);
  assertEquals(secret, [["ID", true], ["SECRET", true], ["SCOPE", false], ["AUDIENCE", false]]);
});

for (
  const url of [
    "https://x.example/v1/items/",
    "https://x.example/items?path=/",
    "https://x.example",
  ]
) {
  Deno.test(`requests go to ${url} as it stands`, () => {
    assertEquals(headOf(open({ url })).url, url);
    const auth = { ...OAUTH, tokenUrl: url };
    assertEquals(open({ auth }, CLIENT).destination.login?.request.url, url);
  });
}

const TWICE: [what: string, section: Record<string, unknown>][] = [
  ["authorization", { auth: { type: "bearer", token: "${TOKEN}" } }],
  ["authorization", { auth: OAUTH }],
  ["x-api-key", { auth: { type: "apiKey", value: "${TOKEN}" } }],
  ["x-request-id", { idempotencyHeader: "X-Request-Id" }],
];

for (const [header, section] of TWICE) {
  Deno.test(`a header ${header} beside ${Object.keys(section)} is refused`, () => {
    const variables = { ...CLIENT, TOKEN: "t" };
    const both = { ...section, headers: { [header]: "x" } };
    assertThrows(() => open(both, variables), UsageError, "twice");
    open({ ...section, headers: { "X-Other": "x" } }, variables);
  });
}

Deno.test("OAuth 2 credentials go into the body where the server wants them there", () => {
  const auth = { ...OAUTH, credentialsIn: "body", audience: "https://api" };
  const { login } = open({ auth }, CLIENT).destination;
  assertEquals(login?.request.headers["Authorization"], undefined);
  assertEquals(
    login?.request.body,
    "grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fapi&" +
      "client_id=me%3A1&client_secret=s+%26",
  );
});

Deno.test("an OAuth 2 token lasts as long as the answer says, else an hour", () => {
  const sink = open({ auth: OAUTH }, CLIENT);
  const { login } = sink.destination;
  const read = (body: unknown) => login?.read(answerOf(200, body));
  assertEquals(read({ access_token: "t", expires_in: 60 }), { token: "t", expiresInMs: 60_000 });
  assertEquals(read({ access_token: "t", expires_in: "60" }), { token: "t", expiresInMs: 60_000 });
  assertEquals(read({ access_token: "t" }), { token: "t", expiresInMs: 3_600_000 });
  assertThrows(() => read({ error: "no" }), DestinationError, "auth.tokenUrl");
  assertEquals(headOf(sink, "t").headers["Authorization"], "Bearer t");
});

Deno.test("a mapping for another destination is refused", () => {
  const { file } = compiled({
    destination: "mparticle",
    columns: [{ from: "a", to: "user_identities.email" }],
  });
  assertThrows(() => http.variables(file), UsageError, "not for http");
});
