/**
 * The targets that columns and constants of a mapping to mParticle can have, as far as its published
 * inbound schema has a place for them.
 *
 * @see https://docs.mparticle.com/developers/apis/json-reference/
 * @module
 */

import { FORBIDDEN_KEYS, nearestHint, quotedList } from "../../mapping/mod.ts";

/** User identities. */
export const IDENTITIES: readonly string[] = [
  ...["customer_id", "email", "other"],
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `other_id_${n}`),
  ...["mobile_number", "phone_number_2", "phone_number_3"],
  ...[
    "facebook",
    "facebook_custom_audience_id",
    "google",
    "microsoft",
    "twitter",
    "yahoo",
    "alias",
  ],
];

/** Members of `device_info`, by the type that they have. */
const DEVICE_MEMBERS: Readonly<Record<"text" | "integer" | "boolean", readonly string[]>> = {
  text: [
    ...["brand", "product", "device", "android_uuid", "device_manufacturer", "platform"],
    ...["os_version", "device_model", "device_country", "locale_language", "locale_country"],
    ...["network_country", "network_carrier", "network_code", "network_mobile_country_code"],
    ...["build_identifier", "http_header_user_agent", "ios_advertising_id", "push_token"],
    ...["att_authorization_status", "cpu_architecture", "radio_access_technology"],
    ...["bluetooth_version", "ios_idfv", "android_advertising_id", "build_version_release"],
    ...["amp_id", "roku_advertising_id", "roku_publisher_id", "microsoft_advertising_id"],
    ...["microsoft_publisher_id", "fire_advertising_id"],
  ],
  integer: [
    ...["screen_height", "screen_width", "screen_dpi", "timezone_offset"],
    "att_timestamp_unixtime_ms",
  ],
  boolean: [
    ...["is_tablet", "push_notification_sound_enabled", "push_notification_vibrate_enabled"],
    ...["supports_telephony", "has_nfc", "bluetooth_enabled", "limit_ad_tracking", "is_dst"],
  ],
};

const ALL_DEVICE_MEMBERS = Object.values(DEVICE_MEMBERS).flat();

/** Regulations that `consent_state` knows, each with purposes of any name. */
export const REGULATIONS = ["gdpr", "ccpa"] as const;

/** What is told of the consent to a purpose. */
const CONSENT_MEMBERS = [
  ...["consented", "timestamp_unixtime_ms"],
  ...["document", "location", "hardware_id", "regulation"],
] as const;

/** Groups of targets, which names follow behind a dot. */
const GROUPS = [
  ...["user_identities", "user_attributes", "event_attributes"],
  ...["device_info", "consent_state"],
];

/** Targets that stand alone. */
const SINGLE = ["timestamp", "mpid", "source_message_id"];

/** True for targets that say who a user is. */
export function isIdentity(target: string): boolean {
  return target === "mpid" || target.startsWith("user_identities.");
}

/** True for targets that stand in the event of a row. */
export function isInEvent(target: string): boolean {
  return target === "source_message_id" || target.startsWith("event_attributes.");
}

/** The consent that a target tells something of: `{regulation: "gdpr", purpose, member}`; else null. */
export function consentOf(
  target: string,
): { readonly regulation: string; readonly purpose: string; readonly member: string } | null {
  const [, regulation = "", purpose = "", member = ""] =
    /^consent_state\.([^.]+)\.(.+)\.([^.]+)$/s.exec(target) ?? [];
  return member === "" ? null : { regulation, purpose, member };
}

/** The type that a member of `device_info` must have, where it is not text. */
export function deviceType(target: string): "integer" | "boolean" | null {
  const name = target.startsWith("device_info.") ? target.slice("device_info.".length) : "";
  if (DEVICE_MEMBERS.integer.includes(name)) return "integer";
  return DEVICE_MEMBERS.boolean.includes(name) ? "boolean" : null;
}

/** What keeps a text from being a target, in words; null where nothing does. */
export function targetFault(to: string): string | null {
  if (SINGLE.includes(to)) return null;
  const dot = to.indexOf(".");
  const group = dot < 0 ? to : to.slice(0, dot);
  const name = dot < 0 ? "" : to.slice(dot + 1);
  if (!GROUPS.includes(group)) {
    const all = [...GROUPS.map((each) => `${each}.…`), ...SINGLE];
    const hint = nearestHint(group, [...GROUPS, ...SINGLE]);
    return `expected ${quotedList(all, "or")} instead of "${to}"${hint}`;
  }
  if (name === "") return `expected a name after "${group}."`;
  const forbidden = name.split(".").find((part) => FORBIDDEN_KEYS.has(part));
  if (FORBIDDEN_KEYS.has(name) || (group === "consent_state" && forbidden !== undefined)) {
    return `expected a name other than "${forbidden ?? name}"`;
  }
  switch (group) {
    case "user_identities":
      return memberFault("identity", name, IDENTITIES);
    case "device_info":
      return memberFault("device_info", name, ALL_DEVICE_MEMBERS);
    case "consent_state":
      return consentFault(to);
    default:
      return null;
  }
}

function memberFault(group: string, name: string, members: readonly string[]): string | null {
  if (members.includes(name)) return null;
  const hint = nearestHint(name, members);
  return `mParticle has no ${group} "${name}"${hint || `: it knows ${quotedList(members)}`}`;
}

function consentFault(to: string): string | null {
  const consent = consentOf(to);
  const isKnown = consent !== null &&
    (REGULATIONS as readonly string[]).includes(consent.regulation) &&
    (CONSENT_MEMBERS as readonly string[]).includes(consent.member);
  return isKnown ? null : `expected consent_state.<${REGULATIONS.join(" or ")}>.<purpose>.` +
    `<${CONSENT_MEMBERS.join(", ")}> instead of "${to}"`;
}
