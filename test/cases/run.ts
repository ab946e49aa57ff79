/** Runs the bundle and reads its JSON report. */
import { spawn } from "node:child_process";
import type * as t from "io-ts";
import { decode } from "../../checker/policy/decode.ts";
import { parseJson } from "../../checker/policy/json.ts";
import { bundle, root } from "../cli/refmon.ts";

interface Ended { readonly stdout: string; readonly stderr: string; readonly code: number | null }

const run = (args: readonly string[]): Promise<Ended> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, [bundle, ...args, "--workers", "1", "--no-traces", "--reporter", "json"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const parts: { readonly [stream in "stdout" | "stderr"]: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout.on("data", (part: Buffer) => { parts.stdout.push(part); });
  child.stderr.on("data", (part: Buffer) => { parts.stderr.push(part); });
  child.on("error", reject).on("close", (code) => { resolve({ stdout: Buffer.concat(parts.stdout).toString("utf8"), stderr: Buffer.concat(parts.stderr).toString("utf8"), code }); });
});

/** One worker, because two run beside each other. @throws Error if what was printed is no report. */
export const reportOf = async <C extends t.Mixed>(report: C, ...args: readonly string[]): Promise<t.TypeOf<C>> => {
  const { stdout, stderr, code } = await run(args), parsed = parseJson(stdout), decoded = parsed.ok ? decode(report, parsed.json.value) : parsed;
  if (!decoded.ok) throw new Error(`refmon ${args.join(" ")} gave no report, and exit code ${code ?? "none"}: ${stderr.trim().split("\n").slice(-5).join("; ")}`);
  return decoded.value;
};
