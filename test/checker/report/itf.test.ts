/** The traces are read back by a reader written from ADR-015 alone, and compared with what the report says of the steps. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { itf } from "../../../checker/report/itf.ts";
import type { Results } from "../../../checker/report/results.ts";
import { schemas } from "../../../checker/report/schemas.ts";
import { sample } from "./sample.ts";

type Read = string | number | bigint | readonly Read[] | ReadonlySet<string> | ReadonlyMap<string, Read> | { readonly [field: string]: Read };
interface ReadTrace { readonly vars: readonly string[]; readonly states: readonly { readonly [variable: string]: Read }[] }

const fail = (what: string): never => {
  throw new SyntaxError(what);
};
const isObject = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === "object" && value !== null && !Array.isArray(value);

/** An `<expr>` of the ADR. It has no booleans; Apalache and Quint write JSON's, and so do we. */
const expression = (json: unknown): Read => {
  if (typeof json === "string" || typeof json === "boolean") return String(json);
  if (typeof json === "number") return Number.isSafeInteger(json) ? json : fail(`${json} is no integer of RFC 7159`);
  if (Array.isArray(json)) return json.map(expression);
  if (!isObject(json)) return fail("neither a text, an integer, a list nor an object");
  const [key = "", ...more] = Object.keys(json), inside = json[key];
  if (!key.startsWith("#")) return Object.fromEntries(Object.entries(json).map(([field, of]) => [field.startsWith("#") ? fail(`a field ${field}`) : field, expression(of)]));
  if (more.length > 0) return fail(`${key} beside ${more.join(", ")}`);
  if (key === "#bigint") return typeof inside === "string" && /^-?[0-9]+$/.test(inside) ? BigInt(inside) : fail("#bigint of no digits");
  if (!Array.isArray(inside)) return fail(`${key} of no list`);
  if (key === "#tup") return inside.map(expression);
  if (key === "#set") {
    const members = new Set(inside.map((one) => JSON.stringify(expression(one))));
    return members.size === inside.length ? members : fail("a member is there twice");
  }
  if (key !== "#map") return fail(`${key} is no form of the ADR`);
  const pairs = new Map(inside.map((pair: unknown) => (Array.isArray(pair) && pair.length === 2 ? [JSON.stringify(expression(pair[0])), expression(pair[1])] : fail("no pair"))));
  return pairs.size === inside.length ? pairs : fail("a key is there twice");
};

const readItf = (text: string): ReadTrace => {
  const trace: unknown = JSON.parse(text);
  if (!isObject(trace) || !Array.isArray(trace["vars"]) || !Array.isArray(trace["states"])) return fail("no trace object");
  const strange = Object.keys(trace).filter((key) => !["#meta", "params", "vars", "states", "loop"].includes(key));
  if (strange.length > 0) return fail(`fields ${strange.join(", ")}`);
  const vars = trace["vars"].map(String);
  return { vars, states: trace["states"].map((state: unknown) => (isObject(state)
    ? Object.fromEntries(Object.keys({ ...state, ...Object.fromEntries(vars.map((name) => [name, null])) }).filter((key) => key !== "#meta").map((name) =>
      [name, vars.includes(name) && name in state ? expression(state[name]) : fail(`${name} is not set in every state, or is no variable`)]))
    : fail("no state object"))) };
};

let results: Results, text: string;
beforeAll(() => {
  results = sample();
  text = itf(results);
});

const at = (value: Read | undefined, ...keys: readonly string[]): Read | undefined => keys.reduce<Read | undefined>((inside, key) => (inside instanceof Map ? inside.get(JSON.stringify(key)) : undefined), value);

it("is a trace for each counterexample, one a line, in the states of the specification", () => {
  const lines = text.trimEnd().split("\n");
  expect(lines.length).toBe(1);
  const { vars, states } = readItf(lines[0] ?? "");
  expect(vars).toEqual(["phase", "parent", "kind", "owner", "holds", "tables", "space", "grant", "vcpu", "knows", "stack", "device", "ioSpace", "deviceKnows", "hostKnows"]);
  expect(states.length).toBe(5);
  expect(states.map((state) => (at(state["grant"], "secret", "lib") as { readonly tag: string }).tag)).toEqual(["None", "Some", "Some", "Some", "Some"]);
  expect(states.map((state) => [...(at(state["knows"], "lib", "v1") as ReadonlySet<string>)].length)).toEqual([0, 0, 0, 0, 1]);
});

it("changes from state to state where the report says so, and nowhere else", () => {
  const { states } = readItf(text), steps = results.reports[0]?.properties.find(({ counterexample }) => counterexample !== undefined)?.counterexample?.steps ?? [];
  const written = (value: Read | undefined): string => JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? [...one] : one instanceof Set ? [...one] : one));
  expect(steps.map(({ cells }) => [...new Set(cells.map(({ cell }) => cell.split("[")[0]))].toSorted()))
    .toEqual(steps.map((_, i) => Object.keys(states[i] ?? {}).filter((name) => written(states[i]?.[name]) !== written(states[i + 1]?.[name])).toSorted()));
});

it("is what its schema says", () => {
  const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schemas.get("itf")?.() ?? false);
  expect(validate(JSON.parse(text)) ? [] : validate.errors).toEqual([]);
  expect(validate({ vars: ["a"], states: [{ a: { "#set": 1 } }] })).toBe(false);
});

it("is empty where nothing is violated", () => expect(itf({ ...results, reports: results.reports.slice(1) })).toBe(""));

describe("the reader", () => {
  it.each(['{"vars":["a"],"states":[{}]}', '{"vars":[],"states":[{"a":1}]}', '{"vars":["a"],"states":[{"a":{"#set":[1,1]}}]}', '{"vars":["a"],"states":[{"a":{"#map":[[1]]}}]}', '{"vars":["a"],"states":[{"a":1.5}]}', '{"vars":["a"],"states":[],"time":1}'])(
    "refuses %s", (wrong) => expect(() => readItf(wrong)).toThrow(SyntaxError));
});
