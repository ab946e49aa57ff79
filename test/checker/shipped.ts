/** The shipped policies as systems, and smaller ones. */
import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import type { System } from "../../spec/lang/system.ts";
import { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";

const policyOf = (path: string, change: (written: Record<string, unknown>) => unknown): Policy => {
  const decoded = Policy.decode(change(JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>));
  if (!isRight(decoded)) throw new Error(`${path} does not decode`);
  return decoded.right;
};

/** The system of a shipped policy, with fewer vCPUs where asked. */
export const shipped = (path = "policies/untrusted-library.json", vcpus: 1 | 2 = 2): System => systemsOf(policyOf(path, (written) => {
  if (vcpus === 2) return written;
  const bounds = written["bounds"] as Record<string, unknown>, boot = written["boot"] as { readonly running: readonly unknown[] };
  return { ...written, bounds: { ...bounds, vcpus: 1 }, boot: { ...boot, running: boot.running.slice(0, 1) } };
}))[0];
