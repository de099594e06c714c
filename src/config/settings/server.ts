/**
 * Where a server listens, whom it lets in, and how much it takes.
 *
 * @module
 */

import { define } from "../setting.ts";
import { origins, secret, text, toggle, wholeNumber } from "../values.ts";

export const serverSettings = {
  port: define({
    flag: "port",
    placeholder: "<port>",
    variables: ["PORT"],
    check: wholeNumber(0, 65535),
    commands: ["serve"],
    group: "Server",
    help: "port to listen on; 0 takes a free one",
    default: "5000",
  }),
  host: define({
    flag: "host",
    placeholder: "<address>",
    check: text(),
    commands: ["serve"],
    group: "Server",
    help: "address to listen on; 0.0.0.0 is every one of the machine's",
    default: "127.0.0.1",
  }),
  open: define({
    flag: "open",
    check: toggle(),
    commands: ["serve"],
    group: "Server",
    help: "take requests beyond loopback without a token, since a network keeps strangers out",
  }),
  serveToken: define({
    flag: null,
    secret: true,
    variables: ["ROWFERRY_SERVE_TOKEN"],
    check: secret(),
    commands: ["serve"],
    group: "Server",
    help: "bearer tokens that let clients in, separated by blanks",
  }),
  cors: define({
    flag: "cors",
    placeholder: "<origin>",
    repeatable: true,
    check: origins(),
    commands: ["serve"],
    group: "Server",
    help: "let web pages of this origin use the server, e.g. https://crm.example.com",
    otherwise: "none",
  }),
  jobs: define({
    flag: "jobs",
    placeholder: "<n>",
    check: wholeNumber(1, 64),
    commands: ["serve"],
    group: "Server",
    help: "how many imports run at once",
    default: "2",
  }),
  queue: define({
    flag: "queue",
    placeholder: "<n>",
    check: wholeNumber(0, 10_000),
    commands: ["serve"],
    group: "Server",
    help: "how many imports may wait; further ones are refused",
    default: "100",
  }),
  maxUpload: define({
    flag: "max-upload",
    placeholder: "<bytes>",
    check: wholeNumber(1),
    commands: ["serve"],
    group: "Server",
    help: "largest file that is taken",
    default: String(2 ** 30),
  }),
  probe: define({
    flag: "probe",
    check: toggle(),
    commands: ["serve"],
    group: "Server",
    help: "ask the server that runs there whether it is ready (exit 0) or not (1), and end",
  }),
  mappings: define({
    flag: "mappings",
    placeholder: "<folder>",
    check: text(),
    commands: ["serve"],
    group: "Server",
    help: "mapping files that requests may name",
    otherwise: "none",
  }),
} as const;
