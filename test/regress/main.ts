/**
 * Judges the catalogue of seeded bugs: `npm run regress -- [--renew] [--workers N] [NAME…]`. A name selects the patches whose names contain it. `--renew` writes the golden traces anew, from the policies as they are.
 * Exit 0 if everything is as the catalogue says, 1 if something is not, 2 if an option is wrong.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { countIn, refuse, scriptOptions } from "../../build/script-options.ts";
import { badName, litmusNames, patchNamed, patchNames } from "./catalogue.ts";
import { matrixLines } from "./matrix.ts";
import { missingFrom } from "./requirements.ts";
import type { Verdict } from "./verdict.ts";
import type { Task, Told } from "./worker.ts";

const say = (line: string): void => { process.stdout.write(`${line}\n`); };

const { values, positionals } = scriptOptions("npm run regress -- [--renew] [--workers N] [NAME…]", { allowPositionals: true, options: { renew: { type: "boolean", default: false }, workers: { type: "string", default: "2" } } });
const workers = countIn("--workers", values.workers, 1, 9);
const all = patchNames(), chosen = positionals.length === 0 ? all : all.filter((name) => positionals.some((part) => name.includes(part)));
if (chosen.length === 0) refuse(`no patch is called ${positionals.join(" or ")}`);
const whole = chosen.length === all.length;

/** Hands out the tasks, and hears what is told of them in any order. */
const work = async (tasks: readonly Task[], hear: (told: Told) => void): Promise<void> => {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, () => new Promise<void>((resolve, reject) => {
    const worker = fork(join(import.meta.dirname, "worker.ts"));
    const give = (): void => {
      const task = tasks[next++];
      if (task === undefined) {
        worker.disconnect();
        resolve();
      } else worker.send(task);
    };
    worker.on("message", (told: Told) => {
      hear(told);
      give();
    });
    worker.on("exit", (code) => {
      if (code !== 0) reject(new Error(`a worker ended with ${code ?? "a signal"}`));
    });
    give();
  })));
};

const verdicts = new Map<string, Verdict>();
let passed = 0, failed = 0, told = 0;
const count = (wrong: readonly string[], name: string, more: string): void => {
  if (wrong.length === 0) passed++;
  else failed++;
  say(`${wrong.length === 0 ? "ok    " : "FAILED"}  ${name.padEnd(48)}  ${more}`);
  for (const sentence of wrong) say(`          ${sentence}`);
};
/** Lines come in the order of names, whoever is ready first. */
const tellReady = (): void => {
  for (let name = chosen[told]; name !== undefined; name = chosen[told]) {
    const verdict = verdicts.get(name);
    if (verdict === undefined) return;
    told++;
    const [first, ...others] = verdict.found;
    const also = [...new Set(others.map(({ property }) => property))];
    count(verdict.wrong, name, first === undefined ? "nothing" : `${first.property} after ${first.steps}${also.length === 0 ? "" : `, then ${also.join(" ")}`}   ${verdict.states} states`);
  }
};

let shipped: readonly string[] = [];
// The goldens of the chosen patches are tried on the sources as they are when they have been written.
await work(chosen.map((patch): Task => ({ patch, renew: values.renew })), (one) => {
  if ("verdict" in one) verdicts.set(one.verdict.name, one.verdict);
  tellReady();
});
const bad = new Set(chosen.map(badName)), litmus = litmusNames();
await work([{ patches: chosen, litmus: litmus.filter((name) => (name.startsWith("good_") ? whole : bad.has(name))) }], (one) => {
  if ("shipped" in one) shipped = one.shipped;
});
count(shipped, "the sources as they are", `${litmus.length} traces`);

const rows = chosen.flatMap((name) => {
  const verdict = verdicts.get(name);
  return verdict === undefined ? [] : [{ verdict, property: patchNamed(name).property }];
});
if (whole) {
  const orphans = litmus.filter((name) => name.startsWith("bad_") && !bad.has(name)).map((name) => `${name} is of no patch`);
  const bitten = new Set(rows.flatMap(({ verdict }) => verdict.bitten)), toothless = litmus.filter((name) => name.startsWith("good_") && !bitten.has(name)).map((name) => `${name} shows nothing under any patch of its property`);
  count([...orphans, ...toothless, ...missingFrom(chosen.map(patchNamed), litmus)], "the catalogue", `${chosen.length} patches`);
}
say("");
for (const line of matrixLines(rows)) say(line);
say(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
