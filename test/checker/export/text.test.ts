/** The texts of the exports. Whether other checkers agree with them is seen by `npm run peers`. */
import { describe, expect, it } from "vitest";
import { murphi } from "../../../checker/export/murphi.ts";
import { promela } from "../../../checker/export/promela.ts";
import { tla } from "../../../checker/export/tla.ts";
import { inhabited } from "../../../spec/lang/inhabited.ts";
import type { System } from "../../../spec/lang/system.ts";
import { shipped } from "../shipped.ts";
import { constructs } from "./constructs.ts";

/** Of its variables each has several values, so that none is left out. */
const whole = (): System => shipped("test/peers/policies/whole.json", 1);

const golden = (name: string): string => `golden/${name}`;

/** Names bound where they are bound already, which TLA+ refuses: `\E x \in S : \A x \in T : …`. */
const rebound = (module: string): readonly string[] => {
  const found: string[] = [];
  for (const definition of module.split(/\n\n/)) {
    const parameters = /^(?:\\\*.*\n)*\w+\(([^)]*)\) ==/.exec(definition)?.[1]?.split(", ") ?? [];
    for (const line of definition.replace(/"[^"]*"/g, "").split("\n")) {
      // Brackets of every kind close what was bound inside them; a line closes the rest.
      const open: string[][] = [parameters, []];
      for (const [token, name] of line.matchAll(/<<|>>|[[({]|[\])}]|(?<=\\[AE] |LET |[{[,] ?)(\w+) (?:\\in|==) /g)) {
        if (name !== undefined) {
          if (open.flat().includes(name)) found.push(name);
          open.at(-1)?.push(name);
        } else if (token === "<<" || "[({".includes(token)) open.push([]);
        else open.pop();
      }
    }
  }
  return found;
};

describe("exports of a system with every construct", () => {
  it("to Murphi", async () => { await expect(murphi(constructs(2))).toMatchFileSnapshot(golden("constructs.m")); });
  it("to Promela", async () => { await expect(promela(constructs(2))).toMatchFileSnapshot(golden("constructs.pml")); });
  it("to TLA+", async () => {
    const { name, module, configuration } = tla(constructs(2));
    expect(name).toBe("Constructs");
    await expect(module).toMatchFileSnapshot(golden("constructs.tla"));
    await expect(configuration).toMatchFileSnapshot(golden("constructs.cfg"));
  });
});

const exporters: readonly (readonly [string, (one: System) => string])[] = [["murphi", murphi], ["promela", promela], ["tla", (one) => tla(one).module]];

describe("exports of a policy with gates, devices and a host", () => {
  const system = whole(), texts = exporters.map(([name, text]) => [name, text(system), text] as const);
  const clauses = system.transitions.flatMap(({ name, guards }) => guards.map(({ id, code }) => `${name}.${id}: ${code}`));

  it.each(texts)("%s is the same text every time", (_, written, text) => { expect(text(whole())).toBe(written); });
  it.each(texts)("%s has every clause of every call with its code", (_, written) => {
    expect(clauses.filter((clause) => !written.includes(clause))).toEqual([]);
  });
  it.each(texts)("%s has every property that the abstract system decides, and says which it leaves out", (_, written) => {
    const decided = system.properties.filter(({ form, place }) => form !== "view" && form !== "graph" && place !== "M");
    expect(decided.filter(({ sentence, form }) => form === "state" && !written.includes(sentence))).toEqual([]);
    for (const { id, title } of decided) expect(written).toMatch(new RegExp(`${id.replace(/\W/g, ".")}.${id.startsWith("C:") ? "" : title.replace(/\W/g, ".")}`));
    expect(written).toContain("Left out are clauses over what hardware shows");
    expect(written).toContain("Left out is what can be attained from every state, which no invariant says: P26.");
  });
  it.each(texts)("%s misses a clause that is taken out", (_, __, text) => {
    const [map] = system.transitions.filter(({ name }) => name === "map");
    const without = { ...system, transitions: system.transitions.map((one) => (one === map ? { ...one, guards: one.guards.filter(({ id }) => id !== "authorised") } : one)) };
    expect(text(without)).not.toMatch(/\bmap\.authorised/);
  });
});

describe("exports of the shipped policy", () => {
  const system = shipped();
  it.each(exporters)("%s has no call that needs a gate or a device, of which there are none", (_, text) => {
    const written = text(system), there = inhabited(system).transitions, gone = system.transitions.filter(({ name }) => there.every((one) => one.name !== name));
    expect(gone.map(({ name }) => name)).toEqual(["call", "dev_assign", "dma_map", "dma_unmap", "dev_release"]);
    expect(gone.flatMap(({ name, guards }) => guards.map(({ id, code }) => `${name}.${id}: ${code}`)).filter((clause) => written.includes(clause))).toEqual([]);
  });
  it("Murphi frames are a scalarset, of which no member is named", () => {
    const written = murphi(system);
    expect(written).toMatch(/type Frame: scalarset\(7\);/);
    expect(written).not.toMatch(/(owner|kind|holds)\[\d/);
  });
  it("Promela has one step for each instance that some state allows", () => {
    const written = promela(system), count = (name: string): number => written.match(new RegExp(`:: d_step \\{ ${name}_allowed\\(`, "g"))?.length ?? 0;
    // 2 vCPUs, 2 domains, 2 pages, 7 frames, and the accesses r, rw and rx; the caller is who runs on the vCPU.
    expect(count("map")).toBe(2 * 2 * 2 * 7 * 3);
    // One domain may grant, to one other, one access.
    expect(count("grant")).toBe(2 * 7);
  });
  it("TLA+ binds no name twice", () => {
    expect(rebound("A(x) ==\n  (\\E y \\in S : (\\A x \\in T : x))")).toEqual(["x"]);
    expect(rebound(tla(system).module)).toEqual([]);
    expect(rebound(tla(whole()).module)).toEqual([]);
    expect(rebound(tla(constructs(2)).module)).toEqual([]);
  });
  it("TLA+ says nothing that SANY refuses of what does not exist: neither negative numbers, which Naturals does not have, nor empty brackets", () => {
    const { module } = tla(system);
    expect(module).toMatch(/^Device == \{\}$/m);
    expect(module.match(/\(\)|[^-\w]-\d/g)).toBeNull();
  });
  it("TLA+ names in the configuration are defined in the module", () => {
    const { module, configuration } = tla(system);
    for (const [, name] of configuration.slice(configuration.indexOf("INVARIANTS")).matchAll(/^ {2}(\w+)$/gm)) expect(module).toMatch(new RegExp(`^${name ?? ""} ==`, "m"));
    for (const [, name] of configuration.matchAll(/^ {2}(\w+) = /gm)) expect(module).toMatch(new RegExp(`^CONSTANTS .*\\b${name ?? ""}\\b`, "m"));
  });
});
