/** The JSON Schemas that people write against: an editor shows at every key what it means. */
import { describe, expect, it } from "vitest";
import { schemas } from "../../../cli/schemas.ts";

interface Schema {
  readonly description?: string; readonly properties?: { readonly [key: string]: Schema }; readonly items?: Schema; readonly additionalProperties?: Schema | boolean; readonly anyOf?: readonly Schema[];
}

/** Every key with what is said of it, by its path. */
const keysOf = ({ properties = {}, items, additionalProperties, anyOf = [] }: Schema, path = ""): readonly (readonly [path: string, description: string | undefined])[] => [
  ...Object.entries(properties).flatMap(([key, of]) => [[`${path}/${key}`, of.description] as const, ...keysOf(of, `${path}/${key}`)]),
  ...[items, typeof additionalProperties === "object" ? additionalProperties : undefined, ...anyOf].flatMap((of) => (of === undefined ? [] : keysOf(of, path))),
];

describe.each(["policy", "config"])("schema %s", (name) => {
  const keys = keysOf(schemas.get(name)?.() as Schema);
  it("says of every key what it means", () => {
    expect(keys.length).toBeGreaterThan(25);
    expect(keys.filter(([, description]) => description === undefined).map(([path]) => path)).toEqual([]);
    // How a name is written says nothing of what it names.
    expect(keys.filter(([, description = ""]) => description.startsWith("a name:"))).toEqual([]);
  });
});

it("says of a text both what it means and how it is written", () => {
  const scheduler = (schemas.get("policy")?.() as Schema).properties?.["scheduler"];
  expect(scheduler).toEqual({ type: "string", pattern: expect.stringMatching(/^\^/), description: "the domain that may switch vCPUs to other threads (a name: a letter, then up to 31 letters, digits, `_`, `.` or `-`)" });
});
