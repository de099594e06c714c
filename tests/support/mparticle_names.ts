/**
 * The property names of mParticle's published JSON schema, as far as rowferry's batches reach.
 *
 * @see https://docs.mparticle.com/developers/apis/json-reference/
 * @module
 */

/** Members of a batch; there are no others. */
export const BATCH_NAMES = new Set([
  ...["source_request_id", "events", "device_info", "application_info", "user_attributes"],
  ...["deleted_user_attributes", "user_identities", "environment", "api_key", "api_keys", "ip"],
  ...["integration_attributes", "context", "partner_identity", "source_info", "mp_deviceid"],
  ...["attribution_info", "timestamp_unixtime_ms", "batch_id", "mpid", "origin_mpid"],
  ...["sdk_version", "consent_state", "job_id", "partner_identities"],
]);

/** User identities; there are no others. */
export const IDENTITY_NAMES = new Set([
  ...["other", "customer_id", "facebook", "twitter", "google", "microsoft", "yahoo", "email"],
  ...["alias", "facebook_custom_audience_id", "other_id_2", "other_id_3", "other_id_4"],
  ...["other_id_5", "other_id_6", "other_id_7", "other_id_8", "other_id_9", "other_id_10"],
  ...["mobile_number", "phone_number_2", "phone_number_3"],
]);

/** Members of an event. */
export const EVENT_NAMES = new Set(["event_type", "data"]);

/** Members of a custom event's data. */
export const EVENT_DATA_NAMES = new Set([
  ...["custom_event_type", "event_name", "custom_flags", "timestamp_unixtime_ms", "event_id"],
  ...["source_message_id", "session_id", "session_uuid", "session_start_unixtime_ms"],
  ...["event_start_unixtime_ms", "custom_attributes", "location", "device_current_state"],
  ...["is_goal_defined", "lifetime_value_change", "lifetime_value_attribute_name"],
  ...["data_connection_type", "event_num", "view_controller", "is_main_thread"],
  ...["canonical_name", "event_system_notification_info"],
]);

/** Types that a custom event can have. */
export const EVENT_TYPES = new Set([
  ...["navigation", "location", "search", "transaction", "user_content", "user_preference"],
  ...["social", "other", "media"],
]);
