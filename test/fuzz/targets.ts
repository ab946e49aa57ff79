/** What reads files of users, in this process: it refuses what is wrong, in the words for it, or goes on. Anything else that is thrown is a crash, and so is what takes longer than 10 s. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { compile } from "../../checker/compile/compile.ts";
import { checkpointIn, disk } from "../../checker/explore/node/checkpoint.ts";
import { CheckpointRefused } from "../../checker/explore/keeper.ts";
import { unlimited, type SearchOptions } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { bootedMachine } from "../../checker/refine/boot-image.ts";
import { createWalker } from "../../checker/simulate/walker.ts";
import { replayTrace } from "../../checker/trace/replay.ts";
import { configured } from "../../cli/configuration.ts";
import { loadPolicy } from "../../cli/policy-file.ts";
import { settingNames, variableOf } from "../../cli/settings.ts";
import { loadTrace } from "../../cli/trace-file.ts";
import { UsageError } from "../../cli/usage-error.ts";
import { toy } from "../checker/toy.ts";
import { damaged, mistaken, mistakenJson, written } from "./mutations.ts";
import { configurations, policies, traces } from "./bases.ts";

/** A file or a few of them, and whether they were refused; what is accepted is looked at closely as long as there is time for it. */
export interface Target {
  readonly name: string;
  /** Of a thousand inputs. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<unknown>;
  /** @throws what no refusal is. */
  readonly read: (input: unknown, closely: () => boolean) => Promise<"refused" | "accepted">;
}

/** The form of every refusal: `error[CODE] file: sentence`, and at most a few more lines. */
const refusal = /^error\[[A-Z_]+\] .+/;

const answerOf = async (attempt: () => void | Promise<void>): Promise<"refused" | "accepted"> => {
  try {
    await attempt();
    return "accepted";
  } catch (thrown) {
    if (thrown instanceof CheckpointRefused) return "refused";
    if (!(thrown instanceof UsageError)) throw thrown;
    const [first = ""] = thrown.lines;
    if (!refusal.test(first)) throw new Error(`a refusal without a place: ${first}`, { cause: thrown });
    return "refused";
  }
};

const policyTarget = (folder: string): Target => ({
  name: "policy", share: 450, inputs: mistaken(policies),
  read: (input, closely) => answerOf(() => {
    const path = join(folder, "policy.json");
    writeFileSync(path, input as Uint8Array);
    const { policy } = loadPolicy(path, {});
    bootedMachine(policy, "saturating");
    if (!closely()) return;
    const walker = createWalker(policy, () => true, null);
    if (walker.begin().some(({ where }) => where === "monitor")) throw new Error("the monitor breaks a property when it boots");
    for (let step = 0; step < 3; step++) walker.step(walker.choose(() => 0));
  }),
});

const traceTarget = (folder: string): Target => ({
  name: "trace", share: 300, inputs: mistaken(traces),
  read: (input, closely) => answerOf(() => {
    const path = join(folder, "trace.json");
    writeFileSync(path, input as Uint8Array);
    const { trace } = loadTrace(path);
    if (closely()) replayTrace(trace);
  }),
});

const configurationTarget = (folder: string): Target => ({
  name: "configuration", share: 150,
  inputs: fc.tuple(mistaken(configurations), fc.dictionary(fc.constantFrom(...settingNames.map(variableOf), "REFMON_CONFIG", "REFMON_DEPHT"), fc.oneof(
    fc.string({ unit: "binary" }), fc.constantFrom("", "0", "-1", "1e9", "999999999999", "true", "auto", ",", "60s", "0s", "P1,,P2", "__proto__"),
  ), { maxKeys: 3 })),
  read: (input) => answerOf(() => {
    const [bytes, { REFMON_CONFIG: named, ...environment }] = input as [Uint8Array, { readonly [name: string]: string }], path = join(folder, "settings.json");
    writeFileSync(path, bytes);
    configured({}, named === undefined ? path : join(folder, named.replaceAll("\u0000", "")), environment);
  }),
});

/** What is done to a checkpoint: to one of its files, or to its manifest as JSON, signed anew. */
type Injury =
  | { readonly kind: "damage"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: "remove" | "folder" | "swap"; readonly file: number }
  | { readonly kind: "sign"; readonly text: string };

const signed = (text: string, sha256: (text: string) => string): string => {
  try {
    const { format, content } = JSON.parse(text) as { readonly format: unknown; readonly content: unknown };
    return JSON.stringify({ format, sha256: sha256(JSON.stringify(content)), content });
  } catch {
    return text;
  }
};

interface Checkpoints { readonly system: ReturnType<typeof toy>; readonly whole: string; readonly files: ReadonlyMap<string, Uint8Array>; readonly others: ReadonlyMap<string, Uint8Array> }

const options = (where: string, resume: boolean, depth: number): SearchOptions => ({ ...unlimited, name: "fuzz", depth, keeper: checkpointIn(where, resume, disk, () => undefined) });

/** Two searches that were left after two levels. */
const keptIn = async (folder: string): Promise<Checkpoints> => {
  const system = toy(2, 2, 2, true), of = async (one: typeof system, name: string): Promise<ReadonlyMap<string, Uint8Array>> => {
    const where = join(folder, name);
    await search(one, options(where, false, 2));
    return new Map(readdirSync(where).sort().map((file) => [file, readFileSync(join(where, file))] as const));
  };
  return { system, files: await of(system, "one"), others: await of(toy(2, 2, 2, false), "other"), whole: JSON.stringify(await search(system, { ...unlimited, name: "fuzz" })) };
};

const checkpointTarget = async (folder: string, sha256: (text: string) => string): Promise<Target> => {
  const { system, files, others, whole } = await keptIn(folder), names = [...files.keys()], manifest = new TextDecoder().decode(files.get("checkpoint.json"));
  const file = fc.nat(names.length - 1), nameOf = (at: number): string => names[at] ?? "";
  const injuries: fc.Arbitrary<Injury> = fc.oneof(
    file.chain((at) => damaged([files.get(nameOf(at)) ?? new Uint8Array()]).map((bytes): Injury => ({ kind: "damage", file: at, bytes }))),
    fc.tuple(fc.constantFrom("remove" as const, "folder" as const, "swap" as const), file).map(([kind, at]): Injury => ({ kind, file: at })),
    mistakenJson([written(JSON.parse(manifest))]).map((text): Injury => ({ kind: "sign", text: signed(text, sha256) })),
  );
  const where = join(folder, "kept");
  const injure = (injury: Injury): void => {
    rmSync(where, { recursive: true, force: true });
    mkdirSync(where);
    for (const [name, bytes] of files) writeFileSync(join(where, name), bytes);
    if (injury.kind === "sign") {
      writeFileSync(join(where, "checkpoint.json"), injury.text);
      return;
    }
    const path = join(where, nameOf(injury.file));
    if (injury.kind === "damage") writeFileSync(path, injury.bytes);
    else if (injury.kind === "swap") writeFileSync(path, others.get(nameOf(injury.file)) ?? "");
    else {
      rmSync(path);
      if (injury.kind === "folder") mkdirSync(path);
    }
  };
  const compiled = compile(system), { stride } = compiled.storage;
  return {
    name: "checkpoint", share: 100, inputs: injuries,
    read: (input, closely) => answerOf(async () => {
      const injury = input as Injury;
      injure(injury);
      const kept = checkpointIn(where, true, disk, () => undefined).load(compiled.kernel, stride);
      if (!closely()) return;
      const result = JSON.stringify(await search(system, options(where, true, Infinity)));
      // What was signed anew is no accident, and its counts can be false; an accident never changes what is said.
      if (injury.kind !== "sign" && result !== whole) throw new Error(`a damaged checkpoint ${kept === null ? "is none, and" : ""} changes the result`);
      const parts = readdirSync(where).filter((name) => name.endsWith(".part"));
      if (parts.length > 0) throw new Error(`a partial file is left: ${parts.join(", ")}`);
    }),
  };
};

export const targetsIn = async (folder: string, sha256: (text: string) => string): Promise<readonly Target[]> =>
  [policyTarget(folder), traceTarget(folder), configurationTarget(folder), await checkpointTarget(folder, sha256)];
