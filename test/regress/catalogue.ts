/** Where the catalogue lies, and what is in it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPatch, type Patch } from "./patch.ts";

const here = import.meta.dirname;

const namesIn = (folder: string, form: RegExp): readonly string[] => readdirSync(folder).flatMap((file) => form.exec(file)?.[1] ?? []).sort();

/** Names of patches: the property and the bug. */
export const patchNames = (): readonly string[] => namesIn(join(here, "patches"), /^(.+)\.txt$/);

/** @throws Error if the file is not a patch. */
export const patchNamed = (name: string): Patch => readPatch(join(here, "patches", `${name}.txt`));

/** @throws Error if there is no such policy. */
export const policyText = (name: string): string => readFileSync(join(here, "policies", `${name}.json`), "utf8");

/** Names of litmus traces. Those of bad ones are the names of patches. */
export const litmusNames = (): readonly string[] => namesIn(here, /^((?:good|bad)_.+)\.json$/);

export const litmusPath = (name: string): string => join(here, `${name}.json`);

/** The golden trace of a patch. */
export const badName = (patch: string): string => `bad_${patch.replaceAll("-", "_")}`;

/** The property that a litmus trace is about: `P11` for `good_p11_revoke`, `C` for claims. */
export const propertyOf = (name: string): string => (/^(?:(?:good|bad)_)?([a-z]+\d*)[_-]/.exec(name)?.[1] ?? "").toUpperCase();
