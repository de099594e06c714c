/**
 * The gallery: one line for each file, under the word after `--to`.
 *
 * @module
 */

export { default as activecampaign } from "./activecampaign.json" with { type: "json" };
export { default as airtable } from "./airtable.json" with { type: "json" };
export { default as amplitude } from "./amplitude.json" with { type: "json" };
export { default as attentive } from "./attentive.json" with { type: "json" };
export { default as braze } from "./braze.json" with { type: "json" };
export { default as brevo } from "./brevo.json" with { type: "json" };
export { default as clevertap } from "./clevertap.json" with { type: "json" };
export { default as customerio } from "./customerio.json" with { type: "json" };
export { default as elasticsearch } from "./elasticsearch.json" with { type: "json" };
export { default as hubspot } from "./hubspot.json" with { type: "json" };
export { default as intercom } from "./intercom.json" with { type: "json" };
export { default as iterable } from "./iterable.json" with { type: "json" };
export { default as klaviyo } from "./klaviyo.json" with { type: "json" };
export { default as mailchimp } from "./mailchimp.json" with { type: "json" };
export { default as meta } from "./meta.json" with { type: "json" };
export { default as mixpanel } from "./mixpanel.json" with { type: "json" };
export { default as opensearch } from "./opensearch.json" with { type: "json" };
export { default as postgrest } from "./postgrest.json" with { type: "json" };
export { default as rudderstack } from "./rudderstack.json" with { type: "json" };
export { default as salesforce } from "./salesforce.json" with { type: "json" };
export { default as segment } from "./segment.json" with { type: "json" };
export { default as supabase } from "./supabase.json" with { type: "json" };
export { default as zendesk } from "./zendesk.json" with { type: "json" };
