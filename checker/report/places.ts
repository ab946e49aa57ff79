/** Where in the sources a property is stated and a clause is implemented, and what the sources hash to. */
import type { Location } from "./model.ts";

export interface SourceFile { /** From the root of the project, with `/`. */ readonly path: string; readonly text: string }

export interface Places {
  /** Of every file of the room, in the order of the paths. */
  readonly sha256: { readonly spec: string; readonly tcb: string; readonly image: string; readonly hardware: string };
  /** By id of a property, one for each formula that it is stated with. */
  readonly properties: { readonly [id: string]: readonly Location[] };
  /** By clause (`map.authorised`, `map.effect`), the first line of the monitor that is tagged with it. */
  readonly clauses: { readonly [clause: string]: Location };
}

/** The key of the claims' formulas, which have no file each: first `never flow`, to domains, to devices and to the host, last `never read` and `never write`. */
export const claims = "claims";

const lines = (file: SourceFile): readonly { readonly text: string; readonly at: Location }[] =>
  file.text.split("\n").map((text, index) => ({ text, at: { path: file.path, line: index + 1 } }));

/** `spec/properties/p4.ts` states P4; `spec/claims.ts` states what the claims of a policy mean. */
const propertyPlaces = (file: SourceFile): readonly (readonly [string, readonly Location[]])[] => {
  const id = file.path === "spec/claims.ts" ? claims : /^spec\/properties\/(p[0-9]+)\.ts$/.exec(file.path)?.[1]?.toUpperCase();
  return id === undefined ? [] : [[id, lines(file).filter(({ text }) => /^\s*(return )?(property|attainable)\(/.test(text)).map(({ at }) => at)]];
};

const clausePlaces = (file: SourceFile): readonly (readonly [string, Location])[] =>
  lines(file).flatMap(({ text, at }) => [...text.matchAll(/\/\/ spec: ([a-z_]+\.[a-z-]+)/g)].map((tag) => [tag[1] ?? "", at] as const));

/** Reads places and hashes off the sources. `sha256` gives the hexadecimal hash of a text. */
export const placesIn = (files: readonly SourceFile[], sha256: (text: string) => string): Places => {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const hash = (room: string): string =>
    sha256(sorted.filter(({ path }) => path.startsWith(`${room}/`)).map(({ path, text }) => `${sha256(text)}  ${path}\n`).join(""));
  return {
    sha256: { spec: hash("spec"), tcb: hash("monitor"), image: hash("image"), hardware: hash("hw") },
    properties: Object.fromEntries(sorted.flatMap(propertyPlaces)),
    // The first of several wins, so later ones are entered first.
    clauses: Object.fromEntries(sorted.filter(({ path }) => path.startsWith("monitor/")).flatMap(clausePlaces).toReversed()),
  };
};
