/** The life of a domain told by the oracle: every call's success, and the code of each clause that stands in its way on the path. */
import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import type { Scope, Valuation } from "../../spec/lang/evaluate.ts";
import { step, type System } from "../../spec/lang/system.ts";
import { accessValue, Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";

const decoded = Policy.decode(JSON.parse(readFileSync("policies/untrusted-library.json", "utf8")));
if (!isRight(decoded)) throw new Error("the shipped policy does not decode");
const system: System = systemsOf(decoded.right)[0];
const domain = (name: string): number => decoded.right.domains.indexOf(name);
const frame = (name: string): number => 1 + decoded.right.boot.frames.findIndex((one) => one.name === name);
const app = domain("app"), lib = domain("lib");

/** A state and the codes that led to it. */
class Story {
  state: Valuation = system.initial;
  /** Makes a call as whoever vCPU runs, and returns its code. */
  call(vcpu: number, name: string, own: Scope = {}): string {
    const transition = system.transitions.find((one) => one.name === name);
    if (transition === undefined) throw new RangeError(`no transition ${name}`);
    const caller = (this.state["vcpu"] as readonly number[])[vcpu] as number;
    const outcome = step(system, this.state, { transition, scope: { vcpu, caller, ...own } });
    if (outcome.kind === "allowed") { this.state = outcome.next; return "OK"; }
    return outcome.kind === "denied" ? outcome.guard.code : "disabled";
  }
  labels(name: string): number { return (this.state["holds"] as readonly number[])[frame(name)] as number; }
}

describe("the life of a domain", () => {
  it("ends, and its slot is used again for a domain that starts with nothing", () => {
    const story = new Story();
    // On vCPU 0 runs the application, on vCPU 1 the library.
    expect(story.call(0, "destroy", { domain: lib })).toBe("OK");
    expect(story.state["vcpu"]).toEqual([app, app]);
    expect(story.call(0, "destroy", { domain: lib })).toBe("BAD_PHASE");
    expect(story.call(0, "release", { domain: lib })).toBe("BUSY");
    for (const name of ["lib-leaf", "lib-root"]) expect(story.call(0, "reclaim", { frame: frame(name) })).toBe("OK");
    expect(story.call(0, "reclaim", { frame: frame("lib-root") })).toBe("DENIED");
    expect(story.call(0, "release", { domain: lib })).toBe("OK");

    expect(story.call(0, "create", { domain: lib, frame: frame("secret") })).toBe("BUSY");
    expect(story.call(0, "create", { domain: lib, frame: frame("app-leaf") })).toBe("BAD_KIND");
    expect(story.call(0, "create", { domain: lib, frame: frame("lib-root") })).toBe("OK");
    expect(story.call(0, "switch", { domain: lib })).toBe("BAD_PHASE");
    expect(story.call(0, "donate", { frame: frame("lib-leaf"), domain: lib })).toBe("OK");
    expect(story.call(0, "map", { domain: lib, page: 0, frame: frame("secret"), access: accessValue("r") })).toBe("NO_TABLE");
    expect(story.call(0, "table_add", { domain: lib, level: 2, index: 0, frame: frame("lib-leaf") })).toBe("NO_TABLE");
    expect(story.call(0, "table_add", { domain: lib, level: 1, index: 0, frame: frame("lib-leaf") })).toBe("OK");
    // The parent loads an image with its own secret in it: content moves with the frame.
    expect(story.call(0, "unmap", { domain: app, page: 0 })).toBe("OK");
    expect(story.call(0, "donate", { frame: frame("secret"), domain: lib })).toBe("OK");
    expect(story.labels("secret")).toBe(1 << app);
    expect(story.call(0, "map", { domain: lib, page: 0, frame: frame("buffer"), access: accessValue("r") })).toBe("NOT_AUTHORISED");
    expect(story.call(0, "map", { domain: lib, page: 0, frame: frame("secret"), access: accessValue("rx") })).toBe("OK");
    expect(story.call(0, "seal", { domain: lib })).toBe("OK");
    expect(story.call(0, "map", { domain: lib, page: 1, frame: frame("secret"), access: accessValue("r") })).toBe("DENIED");
    expect(story.call(1, "switch", { domain: lib })).toBe("OK");
    expect(story.call(1, "fetch", { page: 0 })).toBe("OK");
    expect(story.call(1, "map", { domain: lib, page: 1, frame: frame("secret"), access: accessValue("rw") })).toBe("CONFLICT");
    expect(story.call(1, "switch", { domain: app })).toBe("DENIED");
  });

  it("shares with consent of both sides, and takes it back", () => {
    const story = new Story();
    const buffer = frame("buffer");
    expect(story.call(1, "load", { page: 0 })).toBe("OK");
    expect(story.call(1, "store", { page: 0 })).toBe("disabled");
    expect(story.call(0, "revoke", { frame: buffer, receiver: lib })).toBe("OK");
    expect(story.call(1, "load", { page: 0 })).toBe("disabled");
    expect(story.call(0, "revoke", { frame: buffer, receiver: lib })).toBe("NOT_GRANTED");
    expect(story.call(0, "grant", { frame: buffer, receiver: lib, access: accessValue("rw") })).toBe("DENIED");
    expect(story.call(0, "grant", { frame: buffer, receiver: lib, access: accessValue("") })).toBe("BAD_ACCESS");
    expect(story.call(0, "grant", { frame: buffer, receiver: lib, access: accessValue("r") })).toBe("OK");
    expect(story.call(1, "map", { domain: lib, page: 0, frame: buffer, access: accessValue("r") })).toBe("NOT_AUTHORISED");
    expect(story.call(1, "accept", { frame: buffer })).toBe("OK");
    expect(story.call(1, "accept", { frame: buffer })).toBe("NOT_OFFERED");
    expect(story.call(1, "map", { domain: lib, page: 0, frame: buffer, access: accessValue("r") })).toBe("OK");
    expect(story.call(1, "protect", { domain: lib, page: 0, access: accessValue("rw") })).toBe("NOT_AUTHORISED");
    expect(story.call(1, "relinquish", { frame: buffer })).toBe("OK");
    expect(story.call(1, "unmap", { domain: lib, page: 0 })).toBe("NOT_MAPPED");
  });
});
