/**
 * What others send takes time in proportion to its length: a mebibyte of anything is read at once.
 * Something that takes the square of it runs into the time limit that every test has.
 *
 * @module
 */

import { assert } from "@std/assert";

import { readProxies } from "../src/config/proxies.ts";
import { readBody } from "../src/delivery/answer_text.ts";
import { scrub } from "../src/delivery/scrub.ts";
import { apiMessage } from "../src/destinations/answers.ts";
import { checkBaseUrl } from "../src/destinations/settings.ts";
import { bodyReader } from "../src/http/body.ts";
import { codingsOf, endOfHead, parseHead } from "../src/http/head.ts";
import { printable } from "../src/text/printable.ts";
import { answerOf, batchOf, builtin, sinkFor } from "./support/sinks.ts";

const MIB = 1024 * 1024;
const encoder = new TextEncoder();

/** A mebibyte of a text, repeated. */
function lots(of: string): string {
  return of.repeat(MIB / of.length);
}

const HOSTILE: Record<string, string> = {
  "blanks": lots(" "),
  "blanks within": `1${lots(" ")}x`,
  "tabs within": `a${lots("\t")},${"b"}`,
  "commas": lots(","),
  "commas and blanks": lots(" , "),
  "digits": lots("7"),
  "numbers": `${lots("1, ")}x`,
  "semicolons": lots(";t="),
  "slashes": `${lots("/")}x`,
  "dots": lots("a."),
  "quotes": lots('"'),
  "backslashes": lots("\\"),
  "percent signs": lots("%"),
  "ampersands": lots("&#"),
  "tags": lots("<title"),
  "open brackets": lots("["),
  "open braces": lots('{"errors":'),
  "references": lots("${a"),
  "letters": lots("a"),
  "soft hyphens": lots("\u00ad"),
  "dates": `Mon, ${lots("1 ")}`,
};

const HEADERS = [
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "date",
  "retry-after",
  "x-ratelimit-reset",
  "x-mp-rate-limit-exceeded",
  "x-mp-rate-limit-percentage-used",
];

const RESULTS = {
  at: "errors",
  match: { by: "key", path: "id", record: "id" },
  failed: "failed",
  message: "message",
};
const SINKS = {
  mparticle: sinkFor(builtin("mparticle")),
  showads: sinkFor(builtin("showads")),
  http: sinkFor({
    destination: "http",
    columns: [{ from: "id", to: "id" }],
    http: { url: "https://api.example.com", results: RESULTS },
  }),
};

for (const [name, text] of Object.entries(HOSTILE)) {
  Deno.test(`${name} in the head of an answer are read at once`, () => {
    const value = [...text].every((character) => character <= "\xff") ? text : "x";
    for (const header of HEADERS) {
      const head = `HTTP/1.1 200 OK\r\n${header}: ${value}\r\n\r\n`;
      assert(endOfHead(head) > 0);
      const answer = parseHead(head);
      if (answer) codingsOf(answer.headers);
    }
    parseHead(`HTTP/1.1 200 ${value}\r\n\r\n`);
    parseHead(`${value}\r\n\r\n`);
    endOfHead(value);
  });

  Deno.test(`${name} in a chunked body are read at once`, () => {
    const body = bodyReader({ kind: "chunked" });
    try {
      body.take(encoder.encode(text), () => {});
    } catch (error) {
      assert(error instanceof SyntaxError);
    }
  });

  Deno.test(`${name} in an answer are judged at once, by each destination`, () => {
    const batch = batchOf(SINKS.http, [["a"]]);
    for (const { destination } of Object.values(SINKS)) {
      for (const status of [200, 202, 400, 403, 404, 429]) {
        destination.classify(answerOf(status, text), batch);
      }
      const headers = Object.fromEntries(HEADERS.map((header) => [header, text]));
      const answer = {
        status: 429,
        body: "",
        headers: { get: (at: string) => headers[at] ?? null },
      };
      destination.classify(answer, batch);
      destination.classify({ ...answer, status: 202 }, batch);
    }
    apiMessage(JSON.stringify({ message: text }));
  });

  Deno.test(`${name} are unpacked, decoded, made safe and shown at once`, async () => {
    const bytes = encoder.encode(text);
    for (const codings of [[], ["gzip"], ["br"], ["deflate"], [text]]) {
      await readBody({ bytes, whole: true, codings, contentType: `text/plain; ${text}` }, MIB);
    }
    const long = text.slice(0, 3_999);
    scrub(text, [text, long, ...Array(20).fill(long)]);
    scrub(`${long}…`, [
      text,
      `${long}b`,
      ...Array.from({ length: 20 }, (_, at) => `${long}${at}`),
    ]);
    printable(text);
  });

  Deno.test(`${name} in a URL or a proxy's setting are read at once`, () => {
    for (const value of [`https://example.com/${text}`, `https://${text}`, text]) {
      try {
        checkBaseUrl("API_URL", value, false);
      } catch {
        // They are no URLs, for the most part.
      }
    }
    for (const variable of ["HTTP_PROXY", "NO_PROXY"]) {
      const get = (name: string) =>
        name === variable ? { value: text, origin: "", isFromFile: false } : null;
      try {
        readProxies({ get })(new URL("http://api.example.com/"));
      } catch {
        // They are no proxies.
      }
    }
  });
}
