/** Why a message is not a reading: the closed set of reasons, each with what the device's maker has to mend. */
export const rejectReasons = {
  bad_topic:
    'Publish to telemetry/{region}/{deviceId}; names have 1 to 128 letters, digits, ":", "_" or "-".',
  too_large: 'Send at most 24 KB; split the message.',
  bad_utf8: 'The payload is not UTF-8 text.',
  too_deep: 'Nest objects and arrays at most 8 deep.',
  bad_json: 'The payload is not JSON.',
  not_an_object: 'The payload must be a JSON object, e.g. {"temperature":20}.',
  too_many_fields: 'Send at most 256 fields.',
  bad_field_name: 'A field is named "__proto__", or its name is empty or over 128 characters.',
  bad_number: 'Numbers must lie within ±9007199254740991.',
  bad_ts: '"ts" must be epoch milliseconds, or ISO 8601 with a time zone.',
  bad_seq: '"seq" must be a whole number from 0.',
  bad_boot: '"boot" must be a whole number from 0.',
  bad_type: '"type" must have 1 to 128 letters, digits, ":", "_" or "-".',
} as const;

export type RejectReason = keyof typeof rejectReasons;
