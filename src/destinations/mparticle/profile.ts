/**
 * mParticle, as help and flags know it.
 *
 * @module
 */

import type { DestinationProfile } from "../profile.ts";
import builtinMapping from "./builtin.json" with { type: "json" };

/** mParticle. The older variables are those of the program that came before rowferry. */
export const mparticle: DestinationProfile = {
  name: "mparticle",
  title: "mParticle",
  needs: ["MPARTICLE_API_KEY", "MPARTICLE_API_SECRET", "MPARTICLE_ENVIRONMENT"],
  olderVariables: {
    batchSize: "MPARTICLE_IMPORT_BATCH_SIZE",
    single: "MPARTICLE_IMPORT_SINGLE_BATCHES",
    debug: "MPARTICLE_DEBUG",
  },
  builtinMapping,
};
