/**
 * ShowAds, as help and flags know it.
 *
 * @module
 */

import type { DestinationProfile } from "../profile.ts";
import builtinMapping from "./builtin.json" with { type: "json" };

/** ShowAds. */
export const showads: DestinationProfile = {
  name: "showads",
  title: "ShowAds",
  needs: ["API_URL", "PROJECT_KEY"],
  olderVariables: {},
  olderService: { columns: ["name", "age", "cookie", "banner_id"] },
  builtinMapping,
};
