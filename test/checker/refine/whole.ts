/** A policy that has everything that the model has: gates, a device, frames shared with the host, interrupts that run the scheduler's thread. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPolicy } from "../../../checker/policy/read.ts";

const read = readPolicy(readFileSync(join(import.meta.dirname, "whole.json"), "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));

export const whole = read.policy;
