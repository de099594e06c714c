/**
 * Words the consent of a row: by regulation and purpose, each with the time it was given or refused.
 *
 * @module
 */

import type { CompiledMapping } from "../../mapping/mod.ts";
import { Fragment, type PayloadWriter } from "../../model/payload_writer.ts";
import type { Problem } from "../../model/problem.ts";
import type { Value } from "../../model/value.ts";
import { CHANGED, quote, writeValue } from "../quote.ts";
import { momentOf } from "./moment.ts";
import { consentOf, REGULATIONS } from "./targets.ts";

/** Writes `consent_state`, or nothing where a row tells of no consent. */
export type ConsentWriter = (
  values: readonly Value[],
  problems: Problem[],
  writer: PayloadWriter,
) => void;

/** Something told of a purpose: from a column, or the same in every row. */
interface Fact {
  readonly key: Fragment;
  /** Header of the column, or the target of a constant. */
  readonly source: string;
  readonly isMoment: boolean;
  readonly field: number;
  valueOf(values: readonly Value[]): Value;
}

interface Purpose {
  readonly name: Fragment;
  readonly consented: Fact;
  /** The time first. */
  readonly others: readonly Fact[];
}

/** Compiles the consent of one run. The dialect's faults see to it that each purpose has its time. */
export function compileConsent(mapping: CompiledMapping): ConsentWriter {
  const facts = new Map<string, { readonly member: string; readonly fact: Fact }[]>();
  const add = (to: string, source: string, field: number, valueOf: Fact["valueOf"]) => {
    const consent = consentOf(to);
    if (consent === null) return;
    const { regulation, purpose, member } = consent;
    const key = new Fragment(`,${quote(member)}:`);
    const isMoment = member === "timestamp_unixtime_ms";
    const place = `${regulation}.${purpose}`;
    const fact = { key, source, isMoment, field, valueOf };
    facts.set(place, [...facts.get(place) ?? [], { member, fact }]);
  };
  for (const [index, { to, column, field }] of mapping.outputs.entries()) {
    for (const target of to) add(target, column, field ?? CHANGED, (values) => values[index]);
  }
  for (const { to, value } of mapping.constants) add(to, to, CHANGED, () => value);

  const regulations = REGULATIONS.flatMap((regulation) => {
    const purposes = [...facts].flatMap(([place, told]): Purpose[] => {
      if (!place.startsWith(`${regulation}.`)) return [];
      const consented = told.find(({ member }) => member === "consented")?.fact;
      if (consented === undefined) return [];
      const others = told.filter(({ fact }) => fact !== consented).map(({ fact }) => fact)
        .toSorted((a, b) => Number(b.isMoment) - Number(a.isMoment));
      const name = new Fragment(`${quote(place.slice(regulation.length + 1))}:{"consented":`);
      return [{ name, consented, others }];
    });
    return purposes.length === 0 ? [] : [{ name: new Fragment(`"${regulation}":{`), purposes }];
  });

  return (values, problems, writer) => {
    let any = false;
    for (const { name, purposes } of regulations) {
      let first = true;
      for (const purpose of purposes) {
        if (purpose.consented.valueOf(values) === undefined) continue;
        writer.fragment(any ? COMMA : CONSENT_STATE);
        if (first) writer.fragment(name);
        writePurpose(purpose, values, problems, writer);
        any = true;
        first = false;
      }
      if (!first) writer.fragment(END);
    }
    if (any) writer.fragment(END);
  };
}

function writePurpose(
  { name, consented, others }: Purpose,
  values: readonly Value[],
  problems: Problem[],
  writer: PayloadWriter,
): void {
  writer.fragment(name);
  writeValue(writer, consented.valueOf(values) ?? null, consented.field);
  for (const { key, isMoment, field, valueOf } of others) {
    const value = valueOf(values);
    if (value === undefined) {
      if (isMoment) problems.push(withoutTime(consented.source));
      continue;
    }
    writer.fragment(key);
    if (isMoment) writer.number(momentOf(value) ?? 0);
    else writeValue(writer, value, field);
  }
  writer.fragment(END);
}

function withoutTime(column: string): Problem {
  const message = `"${column}" is consent, and mParticle takes none without its time.`;
  return { code: "consent-without-time", column, message };
}

const CONSENT_STATE = new Fragment(',"consent_state":{');
const COMMA = new Fragment(",");
const END = new Fragment("}");
