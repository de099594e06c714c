/**
 * What of a file is no row, for people.
 *
 * @module
 */

import type { LeftOut } from "../model/left_out.ts";
import { wrap } from "./format.ts";
import { plural } from "../text/words.ts";

/** Lines of text; none where there is nothing to say. */
export function renderLeftOut(leftOut: LeftOut | undefined): string {
  if (leftOut === undefined) return "";
  const { emptyRows, commentLines, footerLines, lastLineIsOpen } = leftOut;
  const parts = [
    ...(emptyRows > 0 ? [`${plural(emptyRows, "row")} without any value`] : []),
    ...(commentLines > 0 ? [plural(commentLines, "comment line")] : []),
    ...(footerLines > 0 ? [plural(footerLines, "footer line")] : []),
  ];
  const lines = parts.length > 0 ? [`Left out: ${parts.join(", ")}.`] : [];
  if (lastLineIsOpen) {
    lines.push(
      "The last line has no line end: if the file is still being written, the rest of it is missing.",
    );
  }
  return lines.map((line) => wrap(line)).join("\n");
}
