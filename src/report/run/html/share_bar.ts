/**
 * Shares of a whole as a bar and a table: each share has a hatching of its own beside its colour.
 *
 * @module
 */

import { html, type Markup } from "./markup.ts";
import { px } from "./chart.ts";

/** A share. */
export interface Share {
  /** The class that colours it. */
  readonly look: string;
  readonly name: string;
  readonly amount: number;
  /** The amount as people read it. */
  readonly shown: string;
  /** What more there is to say of it. */
  readonly note: string;
}

const WIDTH = 880;

/** The bar, for the eye only, and the table, which says the same. */
export function shareTable(
  shares: readonly Share[],
  { caption, columns }: { readonly caption: string; readonly columns: readonly string[] },
): Markup {
  const whole = shares.reduce((sum, { amount }) => sum + amount, 0);
  let from = 0;
  const pieces = shares.filter(({ amount }) => amount > 0).map(({ look, amount }) => {
    const width = amount / whole * WIDTH;
    const piece = html`
      <rect class="${look}" x="${px(from)}" width="${px(Math.max(width, 1))}" height="22" />
      <rect class="over ${look}" x="${px(from)}" width="${px(Math.max(width, 1))}" height="22" />
    `;
    from += width;
    return piece;
  });
  const percent = (amount: number) => whole === 0 ? 0 : Math.round(amount / whole * 1000) / 10;
  return html`
    <svg class="bar" viewBox="0 0 ${WIDTH} 22" preserveAspectRatio="none"
      aria-hidden="true">${pieces}</svg>
    <div class="scroll">
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>${columns.map((name, index) =>
            html`
              <th scope="col" ${index === 1 || index === 2
                ? html`
                  class="n"
                `
                : null}>${name}</th>
            `
          )}</tr>
        </thead>
        <tbody>${shares.map(({ look, name, amount, shown, note }) =>
          html`
            <tr>
              <th
                scope="row"><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><rect class="${look}" width="14" height="14"/><rect class="over ${look}" width="14" height="14"/></svg>${name}</th>
              <td class="n">${shown}</td>
              <td class="n">${percent(amount)} %</td>
              <td>${note}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}
