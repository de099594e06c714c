/**
 * JSON APIs that a mapping file describes, as help and flags know them.
 *
 * @module
 */

import type { DestinationProfile } from "../profile.ts";

/** Any JSON API. */
export const http: DestinationProfile = {
  name: "http",
  title: "the API",
  needs: [],
  olderVariables: {},
  builtinMapping: null,
};
