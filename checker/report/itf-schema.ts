/** The JSON Schema of an ITF trace, written from Apalache's ADR-015: its values nest, which no codec of this project does. */

const list = { type: "array", items: { $ref: "#/$defs/value" } };
const only = (key: string, of: object): object => ({ type: "object", properties: { [key]: of }, required: [key], additionalProperties: false });

export const itfSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "ITF trace",
  description: "A line of what `refmon check --reporter itf` writes: one counterexample in the Informal Trace Format of Apalache (ADR-015).",
  type: "object",
  properties: {
    "#meta": { type: "object" }, params: { type: "array", items: { type: "string" } }, vars: { type: "array", items: { type: "string" } },
    states: { type: "array", items: { $ref: "#/$defs/state" } }, loop: { type: "integer" },
  },
  required: ["vars", "states"],
  additionalProperties: false,
  $defs: {
    state: { type: "object", properties: { "#meta": { type: "object" } }, patternProperties: { "^[^#]": { $ref: "#/$defs/value" } }, additionalProperties: false },
    value: {
      anyOf: [
        { type: "string" }, { type: "boolean" }, { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, list,
        only("#bigint", { type: "string", pattern: "^-?[0-9]+$" }), only("#tup", list), only("#set", list),
        only("#map", { type: "array", items: { type: "array", prefixItems: [{ $ref: "#/$defs/value" }, { $ref: "#/$defs/value" }], minItems: 2, items: false } }),
        { type: "object", patternProperties: { "^[^#]": { $ref: "#/$defs/value" } }, additionalProperties: false },
      ],
    },
  },
};
