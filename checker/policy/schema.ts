/** JSON Schemas (draft 2020-12), made from the codecs so that an editor completes and refuses what the program does. */
import type * as t from "io-ts";
import type { Json } from "./json.ts";
import { shapeOf, type Fields, type Shape } from "./shape.ts";

type Schema = { readonly [keyword: string]: Json };

const properties = (fields: Fields): { readonly [key: string]: Json } => Object.fromEntries(Object.entries(fields).map(([key, shape]) => [key, schemaOfShape(shape)]));

/** An editor shows the description where a key is written: what it means, and how it is written where a pattern alone would say so. */
const schemaOfShape = (shape: Shape): Schema => {
  const written = shape.kind === "text" && shape.pattern !== null ? shape.sentence : undefined;
  const description = shape.said === undefined ? written : written === undefined ? shape.said : `${shape.said} (${written})`;
  return { ...allowed(shape), ...(description === undefined ? {} : { description }) };
};

const allowed = (shape: Shape): Schema => {
  switch (shape.kind) {
    case "object": return {
      title: shape.name, type: "object", properties: { ...properties(shape.required), ...properties(shape.optional) },
      required: Object.keys(shape.required), additionalProperties: false,
    };
    case "array": return {
      type: "array", items: schemaOfShape(shape.of), ...(shape.lo > 0 ? { minItems: shape.lo } : {}), ...(shape.hi < Infinity ? { maxItems: shape.hi } : {}),
    };
    case "one-of": return shape.values.length === 1 ? { const: shape.values[0] ?? null } : { enum: [...shape.values] };
    case "integer": return { type: "integer", minimum: shape.lo, maximum: shape.hi };
    case "text": return shape.pattern === null ? { type: "string" } : { type: "string", pattern: `^(?:${shape.pattern})$` };
    case "number": case "boolean": case "null": return { type: shape.kind };
    case "anything": return {};
    case "either": return { anyOf: shape.shapes.map(schemaOfShape) };
    case "dictionary": return { type: "object", additionalProperties: schemaOfShape(shape.of) };
  }
};

/** The JSON Schema of what a codec accepts. */
export const schemaOf = (codec: t.Any, title: string, description: string): Schema =>
  ({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schemaOfShape(shapeOf(codec)), title, description });
