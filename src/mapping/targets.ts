/**
 * What each destination's columns can be sent to.
 *
 * @module
 */

/**
 * User identities of mParticle's published inbound schema.
 *
 * @see https://docs.mparticle.com/developers/apis/http/#user-identities
 */
export const MPARTICLE_IDENTITIES = [
  "customer_id",
  "email",
  "other",
  "other_id_2",
  "other_id_3",
  "other_id_4",
  "facebook",
  "facebook_custom_audience_id",
  "google",
  "microsoft",
  "twitter",
  "yahoo",
  "alias",
] as const;

/** Types that mParticle's custom events can have. */
export const MPARTICLE_EVENT_TYPES = [
  "navigation",
  "location",
  "search",
  "transaction",
  "user_content",
  "user_preference",
  "social",
  "media",
  "other",
] as const;

/** What mParticle targets start with; `timestamp` stands alone. */
export const MPARTICLE_GROUPS = ["user_identities", "user_attributes", "event_attributes"] as const;

/** The two fields of a ShowAds record. */
export const SHOWADS_FIELDS = ["VisitorCookie", "BannerId"] as const;
