/**
 * The functions of a generated program. Locals begin with `$`; `s`, `t`, `v` and `p` are the cells of the state before, the state after, the view
 * and the step, and `c` those of the constants, which every function sees. What binds variables becomes a function of its own, shared by all that
 * read the same: V8 keeps small functions optimised and inlines them, and gives up on large ones.
 */
import { createArena, type ArrayKind, type Placed } from "./arena.ts";

export interface Program {
  /** A local that no other has: `$name_n`. */
  local(name: string): string;
  /** Makes a function of statements, or finds the one there is, and returns a call of it with the stores and locals that they read. */
  hoist(hint: string, body: string, bound: readonly string[]): string;
  /** Adds a function under its own name. */
  define(name: string, parameters: readonly string[], body: string): void;
  /** Adds a constant of the whole program. */
  declare(statement: string): void;
  /** Adds an array; `content` is code for what it begins with, and `constant` what that is if nothing writes it. */
  array(name: string, kind: ArrayKind, length: number, content?: string, constant?: ArrayLike<number>): void;
  /** A constant array of small numbers, shared by all that need the same, by its name. */
  table(numbers: readonly number[]): string;
  readonly arrays: ReadonlyMap<string, Placed>;
  /** Bytes that all arrays take together. */
  bytes(): number;
  /** The text of every function, by its name. */
  readonly functions: ReadonlyMap<string, string>;
  /** All constants and functions so far. */
  text(): string;
}

const locals = /\$\w+/g;
const stores = /(?<![\w$.])[stvp](?![\w$])/g;

/** The locals that code reads or binds, in order of appearance. */
export const localsIn = (code: string): readonly string[] => [...new Set(code.match(locals) ?? [])];

const storesIn = (code: string): readonly string[] => [...new Set(code.match(stores) ?? [])].sort();

/** Names without the numbers that kept them apart, where nothing needs them. */
const readable = (names: readonly string[]): ReadonlyMap<string, string> => {
  const taken = new Set<string>(), result = new Map<string, string>();
  for (const name of names) {
    const plain = name.replace(/_\d+$/, "");
    let chosen = plain;
    for (let i = 2; taken.has(chosen); i++) chosen = `${plain}_${i}`;
    taken.add(chosen);
    result.set(name, chosen);
  }
  return result;
};

const indent = (body: string): string => body.split("\n").map((line) => `  ${line}`).join("\n");

export const createProgram = (): Program => {
  let fresh = 0;
  const functions = new Map<string, string>(), declarations: string[] = [], shared = new Map<string, string>(), tables = new Map<string, string>(), arena = createArena();
  const write = (name: string, rest: string): void => {
    functions.set(name, `function ${name}${rest}`);
  };
  const array: Program["array"] = (name, kind, length, content, constant) => {
    const { address } = arena.place(name, kind, length, constant ?? null);
    declarations.push(`const ${name} = new ${kind}(buffer, ${address}, ${length});${content === undefined ? "" : `\n${name}.set(${content});`}`);
  };
  return {
    local: (name) => `$${name.replaceAll(/\W/g, "_")}_${fresh++}`,
    hoist: (hint, body, bound) => {
      const inside = new Set(bound), all = localsIn(body);
      const free = all.filter((name) => !inside.has(name)), reads = storesIn(body);
      const names = readable(all);
      const renamed = body.replace(locals, (name) => names.get(name) ?? name);
      const rest = `(${[...reads, ...free.map((name) => names.get(name) ?? name)].join(", ")}) {\n${indent(renamed)}\n}`;
      const existing = shared.get(rest);
      const name = existing ?? `${hint}_${shared.size}`;
      if (existing === undefined) {
        shared.set(rest, name);
        write(name, rest);
      }
      return `${name}(${[...reads, ...free].join(", ")})`;
    },
    define: (name, parameters, body) => {
      const names = readable([...parameters, ...localsIn(body).filter((local) => !parameters.includes(local))].filter((one) => one.startsWith("$")));
      const plain = (text: string): string => text.replace(locals, (local) => names.get(local) ?? local);
      write(name, `(${parameters.map(plain).join(", ")}) {\n${indent(plain(body))}\n}`);
    },
    declare: (statement) => {
      declarations.push(statement);
    },
    array,
    table: (numbers) => {
      const content = `[${numbers.join(", ")}]`, known = tables.get(content), name = known ?? `table_${tables.size}`;
      if (known === undefined) {
        tables.set(content, name);
        array(name, "Int32Array", numbers.length, content, numbers);
      }
      return name;
    },
    arrays: arena.arrays,
    bytes: arena.bytes,
    functions,
    text: () => [...declarations, ...functions.values()].join("\n\n"),
  };
};
