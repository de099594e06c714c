import { assert, assertEquals, assertThrows } from "@std/assert";

import { UsageError } from "../../../src/model/errors.ts";
import type { Sink } from "../../../src/model/destination.ts";
import type { Problem } from "../../../src/model/problem.ts";
import type { Value } from "../../../src/model/value.ts";
import {
  builtin,
  compiled,
  encode,
  encodedOf,
  NOW,
  payloadOf,
  rowOf,
  sinkFor,
  VARIABLES,
} from "../../support/sinks.ts";
import {
  BATCH_NAMES,
  EVENT_DATA_NAMES,
  EVENT_NAMES,
  EVENT_TYPES,
  IDENTITY_NAMES,
} from "../../support/mparticle_names.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** One policy row by the names of its columns; what is not named is empty. */
function policyValues(fields: Record<string, string>): readonly Value[] {
  const mapping = compiled(builtin("mparticle"));
  const row = rowOf(1, mapping.outputs.map(({ column }) => fields[column] ?? ""));
  const values = mapping.check(row);
  if (values === null) throw new Error(JSON.stringify(mapping.problems(row)));
  return values;
}

function policy(number: number): Record<string, string> {
  return {
    "customer_id": `C${number}`,
    "Email Address": `Jo.${number}@Example.com`,
    "Other 2": `O-${number}`,
    "$firstname": "zoë",
    "$lastname": `O'Neill "${number}"`,
    "$mobile": "447700900123.0",
    "$zip": "AB1 2CD",
    "Guidewire Account IDs": "1,2",
    "Types of Ancillaries Held": number % 2 ? "Breakdown, Legal" : "",
    "dob": "1980-02-29",
    "Policy Status": "Active",
    "Is Multicar Policy": number % 2 ? "Yes" : "No",
    "Online Policy": "true",
    "Latest Renewal Date": "2024-03-01",
    "Latest Start Date": "2024-03-02",
    "Policy Number": `P/${number}`,
    "Payment Method": "Direct Debit",
  };
}

function problemsOf(sink: Sink, values: readonly Value[]): readonly Problem[] {
  const encoded = encode(sink, 1, values);
  return typeof encoded === "object" ? encoded : [];
}

/** A mapping for mParticle of an identity and these columns. */
function mappingOf(columns: readonly Record<string, unknown>[], more = {}): unknown {
  return {
    destination: "mparticle",
    columns: [{ from: "id", to: "user_identities.customer_id" }, ...columns],
    mparticle: { event: { name: "Seen", type: "other" } },
    ...more,
  };
}

function assertNamesWithin(value: object, allowed: ReadonlySet<string>): void {
  assertEquals(Object.keys(value).filter((name) => !allowed.has(name)), []);
}

Deno.test("300 policy rows become batches of the published property names, each with its own id", () => {
  const variables = {
    ...VARIABLES["mparticle"],
    MPARTICLE_DATA_PLAN_NAME: "policies",
    MPARTICLE_DATA_PLAN_VERSION: "3",
  };
  const sink = sinkFor(builtin("mparticle"), { variables });
  const ids = new Set<unknown>();
  for (let number = 1; number <= 300; number++) {
    const batch = JSON.parse(payloadOf(sink, number, policyValues(policy(number))));
    assertNamesWithin(batch, BATCH_NAMES);
    assertNamesWithin(batch.user_identities, IDENTITY_NAMES);
    assertEquals(batch.events.length, 1);
    assertNamesWithin(batch.events[0], EVENT_NAMES);
    assertNamesWithin(batch.events[0].data, EVENT_DATA_NAMES);
    assert(EVENT_TYPES.has(batch.events[0].data.custom_event_type));
    assertEquals(batch.context, { data_plan: { plan_id: "policies", plan_version: 3 } });
    ids.add(batch.source_request_id);
  }
  assertEquals(ids.size, 300);
});

Deno.test("a policy row carries the documented identities and attributes", () => {
  const sink = sinkFor(builtin("mparticle"));
  assertEquals(JSON.parse(payloadOf(sink, 7, policyValues(policy(7)))), {
    environment: "development",
    user_identities: { customer_id: "C7", email: "jo.7@example.com", other_id_2: "O-7" },
    user_attributes: {
      "$firstname": "Zoë",
      "$lastname": `O'Neill "7"`,
      "$mobile": "447700900123",
      "$zip": "AB1 2CD",
      "Guidewire Account IDs": "1,2",
      "Types of Ancillaries Held": "Breakdown, Legal",
      "dob": "1980-02-29",
    },
    events: [{
      event_type: "custom_event",
      data: {
        event_name: "Policy Imported",
        custom_event_type: "transaction",
        custom_attributes: {
          "Telephone": "447700900123",
          "Postcode": "AB1 2CD",
          "Guidewire Account IDs": "1,2",
          "Types of Ancillaries Held": "Breakdown, Legal",
          "Policy Status": "Active",
          "Is Multicar Policy": true,
          "Online Policy": true,
          "Latest Renewal Date": "2024-03-01",
          "Latest Start Date": "2024-03-02",
          "Policy Number": "P/7",
          "Payment Method": "Direct Debit",
        },
      },
    }],
    source_request_id: "run-7",
  });
});

Deno.test("empty values are left out, and empty objects with them", () => {
  const sink = sinkFor(builtin("mparticle"));
  assertEquals(
    payloadOf(sink, 1, policyValues({ "customer_id": "C1" })),
    '{"environment":"development","user_identities":{"customer_id":"C1"},' +
      '"events":[{"event_type":"custom_event","data":{"event_name":"Policy Imported",' +
      '"custom_event_type":"transaction"}}],"source_request_id":"run-1"}',
  );
});

Deno.test("the same row gives the same bytes each time", () => {
  const values = policyValues(policy(1));
  const [first, second] = [1, 2].map(() => payloadOf(sinkFor(builtin("mparticle")), 1, values));
  assertEquals(first, second);
});

Deno.test("numbers and booleans stay what they are as attributes, and are texts as identities", () => {
  const sink = sinkFor(mappingOf([
    { from: "n", to: ["event_attributes.n", "user_attributes.n"], type: "number" },
  ]));
  const batch = JSON.parse(payloadOf(sink, 1, [7, 1.5]));
  assertEquals(batch.user_identities.customer_id, "7");
  assertEquals(batch.user_attributes.n, 1.5);
  assertEquals(batch.events[0].data.custom_attributes.n, 1.5);
});

Deno.test("constants are in every row", () => {
  const constants = [{ to: "event_attributes.Source", value: "import" }];
  const sink = sinkFor(mappingOf([{ from: "a", to: "event_attributes.a" }], { constants }));
  for (const values of [["id", "x"], ["id", undefined]]) {
    const { events } = JSON.parse(payloadOf(sink, 1, values));
    assertEquals(events[0].data.custom_attributes.Source, "import");
  }
});

Deno.test("a mapping without an event updates users only", () => {
  const sink = sinkFor(mappingOf([{ from: "a", to: "user_attributes.a" }], {
    mparticle: {},
  }));
  assertEquals(Object.keys(JSON.parse(payloadOf(sink, 1, ["id", "x"]))), [
    "environment",
    "user_identities",
    "user_attributes",
    "source_request_id",
  ]);
});

Deno.test("an attribute's name of more than 256 characters is refused before anything is read", () => {
  sinkFor(mappingOf([{ from: "a", to: `event_attributes.${"n".repeat(256)}` }]));
  const file = mappingOf([{ from: "a", to: `event_attributes.${"n".repeat(257)}` }]);
  assertThrows(() => sinkFor(file), UsageError, "256");
});

const LENGTHS: [group: string, longest: number, code: string][] = [
  ["event_attributes", 4096, "attribute-too-long"],
  ["user_attributes", 4096, "attribute-too-long"],
  ["user_identities", 256, "identity-too-long"],
];

for (const [group, longest, code] of LENGTHS) {
  Deno.test(`a value of ${group} may have ${longest} characters, and one more rejects the row`, () => {
    const sink = sinkFor(mappingOf([{ from: "the column", to: `${group}.email` }]));
    assertEquals(problemsOf(sink, ["id", "😀".repeat(longest)]), []);
    const problems = problemsOf(sink, ["id", "😀".repeat(longest + 1)]);
    assertEquals(problems.map(({ code, column }) => [code, column]), [[code, "the column"]]);
  });
}

for (const group of ["event_attributes", "user_attributes"]) {
  Deno.test(`a row may have 100 ${group}, and one more rejects it`, () => {
    const columns = Array.from(
      { length: 101 },
      (_, n) => ({ from: `a${n}`, to: `${group}.a${n}` }),
    );
    const sink = sinkFor(mappingOf(columns));
    const values = columns.map(() => "x");
    assertEquals(problemsOf(sink, ["id", undefined, ...values.slice(1)]), []);
    const [problem] = problemsOf(sink, ["id", ...values]);
    assertEquals(problem?.code, "too-many-attributes");
  });
}

Deno.test("a list can be a user attribute, and no event attribute; an object neither", () => {
  const encode = (group: string, value: Value) =>
    problemsOf(sinkFor(mappingOf([{ from: "j", to: `${group}.j`, type: "json" }])), ["id", value])
      .map(({ code }) => code);
  assertEquals(encode("user_attributes", ["a", 1]), []);
  assertEquals(encode("event_attributes", ["a", 1]), ["invalid-attribute"]);
  assertEquals(encode("user_attributes", { a: 1 }), ["invalid-attribute"]);
  assertEquals(encode("user_attributes", ["x".repeat(5000)]), ["list-entry-too-long"]);
});

const CONSTANTS: [to: string, value: unknown, sound: boolean][] = [
  ["user_identities.email", "a@b.cz", true],
  ["user_identities.email", 5, false],
  ["user_identities.email", "x".repeat(257), false],
  ["user_attributes.a", ["x", 1], true],
  ["user_attributes.a", { a: 1 }, false],
  ["event_attributes.a", true, true],
  ["event_attributes.a", ["x"], false],
  ["event_attributes.a", "x".repeat(4097), false],
];

for (const [to, value, sound] of CONSTANTS) {
  Deno.test(`the constant ${JSON.stringify(value).slice(0, 20)} at ${to} is ${sound ? "taken" : "refused"}`, () => {
    const connect = () => sinkFor(mappingOf([], { constants: [{ to, value }] }));
    if (sound) connect();
    else assertThrows(connect, UsageError, to);
  });
}

const TIMES: [what: string, age: number, route: number][] = [
  ["30 days old", 30 * DAY_MS, 0],
  ["a little older than 30 days", 30 * DAY_MS + 1, 1],
  ["from tomorrow", -DAY_MS, 0],
];

for (const [what, age, route] of TIMES) {
  for (const value of [NOW - age, new Date(NOW - age).toISOString()]) {
    Deno.test(`a ${typeof value} timestamp ${what} is sent, and takes route ${route}`, () => {
      const sink = sinkFor(mappingOf([{ from: "t", to: "timestamp", type: "datetime" }]));
      const encoded = encodedOf(sink, 1, ["id", value]);
      assertEquals(JSON.parse(encoded.payload).events[0].data.timestamp_unixtime_ms, NOW - age);
      assertEquals(encoded.route, route);
    });
  }
}

Deno.test("with historical off, old rows take the way of all others", () => {
  const mparticle = { event: { name: "Seen" }, historical: false };
  const sink = sinkFor(
    mappingOf([{ from: "t", to: "timestamp", type: "datetime" }], { mparticle }),
  );
  assertEquals(encodedOf(sink, 1, ["id", 0]).route, 0);
});

Deno.test("an old row without an event is no historical one: mParticle would never process it", () => {
  const columns = [{ from: "t", to: "timestamp", type: "datetime" }];
  const sink = sinkFor(mappingOf(columns, { mparticle: {} }));
  const { route, payload } = encodedOf(sink, 1, ["id", 0]);
  assertEquals([route, JSON.parse(payload).timestamp_unixtime_ms], [0, 0]);
});

Deno.test("every identity of the published schema can be a target", () => {
  const columns = [...IDENTITY_NAMES].filter((name) => name !== "customer_id")
    .map((name) => ({ from: name, to: `user_identities.${name}` }));
  const sink = sinkFor(mappingOf(columns));
  const { user_identities } = JSON.parse(payloadOf(sink, 1, ["id", ...columns.map(() => "x")]));
  assertEquals(new Set(Object.keys(user_identities)), IDENTITY_NAMES);
});

Deno.test("a list has limits of its own: 1,000 entries of 512 characters", () => {
  const sink = sinkFor(mappingOf([{ from: "j", to: "user_attributes.j", type: "json" }]));
  const codes = (list: Value) => problemsOf(sink, ["id", list]).map(({ code }) => code);
  assertEquals(codes(Array.from({ length: 1000 }, () => "x".repeat(512))), []);
  assertEquals(codes(Array.from({ length: 1001 }, () => "x")), ["list-too-long"]);
  assertEquals(codes(["😀".repeat(513)]), ["list-entry-too-long"]);
});

Deno.test("an mpid is sent as the digits that it is, and stands for an identity", () => {
  const sink = sinkFor({
    destination: "mparticle",
    columns: [{ from: "m", to: "mpid" }, { from: "c", to: "user_identities.customer_id" }],
  });
  const digits = "-5135129129823451234";
  assert(payloadOf(sink, 1, [digits, undefined]).includes(`,"mpid":${digits},`));
  assertEquals(problemsOf(sink, ["12x", "c"]).map(({ code }) => code), ["invalid-mpid"]);
  assertEquals(problemsOf(sink, ["9223372036854775808", "c"]).map(({ code }) => code), [
    "invalid-mpid",
  ]);
  const mapping = compiled({ destination: "mparticle", columns: [{ from: "m", to: "mpid" }] });
  assertEquals(mapping.check(rowOf(1, ["7"])), ["7"]);
  assertEquals(mapping.problems(rowOf(1, [""])).map(({ code }) => code), ["no-identity"]);
});

Deno.test("what is known of the device, and the event's own id, have their places", () => {
  const sink = sinkFor(mappingOf([
    { from: "b", to: "device_info.brand" },
    { from: "t", to: "device_info.is_tablet", type: "boolean" },
    { from: "s", to: "source_message_id" },
  ]));
  const batch = JSON.parse(payloadOf(sink, 1, ["id", "Acme", true, "m-1"]));
  assertEquals(batch.device_info, { brand: "Acme", is_tablet: true });
  assertEquals(batch.events[0].data.source_message_id, "m-1");
  assertEquals(JSON.parse(payloadOf(sink, 1, ["id"])).device_info, undefined);
});

const CONSENT = "consent_state.gdpr.marketing";

const CONSENT_COLUMNS = [
  { from: "c", to: `${CONSENT}.consented`, type: "boolean" },
  { from: "t", to: `${CONSENT}.timestamp_unixtime_ms`, type: "date" },
  { from: "l", to: `${CONSENT}.location` },
];

Deno.test("consent is sent by regulation and purpose, where a row has it", () => {
  const constants = [{ to: `${CONSENT}.document`, value: "v1" }];
  const sink = sinkFor(mappingOf(CONSENT_COLUMNS, { constants }));
  assertEquals(
    JSON.parse(payloadOf(sink, 1, ["id", false, "2024-01-31", undefined])).consent_state,
    {
      gdpr: {
        marketing: {
          consented: false,
          timestamp_unixtime_ms: Date.UTC(2024, 0, 31),
          document: "v1",
        },
      },
    },
  );
  const without = payloadOf(sink, 1, ["id", undefined, "2024-01-31", "Praha"]);
  assertEquals(JSON.parse(without).consent_state, undefined);
});

Deno.test("consent of an unknown time rejects the row", () => {
  const sink = sinkFor(mappingOf(CONSENT_COLUMNS));
  const [problem] = problemsOf(sink, ["id", true, undefined, undefined]);
  assertEquals([problem?.code, problem?.column], ["consent-without-time", "c"]);
});

const MISPLACED: [what: string, column: Record<string, unknown>, message: string][] = [
  [
    "consent without its time",
    { to: `${CONSENT}.consented`, type: "boolean" },
    "timestamp_unixtime_ms",
  ],
  ["consent that is text", { to: `${CONSENT}.consented` }, "type boolean"],
  ["another member of consent", { to: `${CONSENT}.agreed` }, "consented"],
  ["another regulation", { to: "consent_state.hipaa.x.consented" }, "gdpr or ccpa"],
  ["an unknown member of the device", { to: "device_info.colour" }, "no device_info"],
  ["a device's truth as text", { to: "device_info.is_tablet" }, "type boolean"],
  ["an mpid of another type", { to: "mpid", type: "number" }, "mpid"],
];

for (const [what, column, message] of MISPLACED) {
  Deno.test(`${what} is refused`, () => {
    assertThrows(() => compiled(mappingOf([{ from: "x", ...column }])), Error, message);
  });
}

Deno.test("an event's own id needs an event", () => {
  const file = mappingOf([{ from: "s", to: "source_message_id" }], { mparticle: {} });
  assertThrows(() => compiled(file), Error, "needs an event");
});
