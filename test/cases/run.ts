/** Runs the bundle and reads its JSON report. */
import { spawn } from "node:child_process";
import type * as t from "io-ts";
import { decode } from "../../checker/policy/decode.ts";
import { parseJson } from "../../checker/policy/json.ts";
import { bundle, root } from "../cli/refmon.ts";

const textOf = (args: readonly string[]): Promise<string> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, [bundle, ...args, "--workers", "1", "--no-traces", "--reporter", "json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => { parts.push(part); });
  child.on("error", reject).on("close", () => { resolve(Buffer.concat(parts).toString("utf8")); });
});

/** One worker, because two run beside each other. @throws Error if what was printed is no report. */
export const reportOf = async <C extends t.Mixed>(report: C, ...args: readonly string[]): Promise<t.TypeOf<C>> => {
  const parsed = parseJson(await textOf(args)), decoded = parsed.ok ? decode(report, parsed.json.value) : parsed;
  if (!decoded.ok) throw new Error(`refmon ${args.join(" ")} gave no report`);
  return decoded.value;
};
