/** Laws of renaming: that it is idempotent, that it forgets which names stood there, and nothing else. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { renamed } from "../../../checker/trace/renamed.ts";
import type { NamedArgument, TraceStep } from "../../../checker/trace/trace.ts";

const domains = ["root", "key", "lib"], frames = ["key", "page", "monitor:3", "monitor:7"], devices = ["nic", "disk"], gates = ["ask", "key"];
const one = (names: readonly string[]) => fc.constantFrom(...names);
const vcpu = fc.nat(3), by = one(domains), frame = one(frames), page = fc.nat(2), through = fc.option(frame, { nil: null });
const call = (name: string, own: { readonly [parameter: string]: fc.Arbitrary<NamedArgument> }) => fc.record({ vcpu, by, call: fc.constant(name), arguments: fc.record(own) });

const vector = fc.record({ vector: fc.constantFrom("shootdown" as const, "external" as const), vcpu, before: fc.nat(9) });

const step: fc.Arbitrary<TraceStep> = fc.oneof(
  call("map", { domain: by, page, frame: fc.oneof<fc.Arbitrary<NamedArgument>[]>(frame, fc.constant(99)), access: one(["r", "rw", "key"]) }),
  call("grant", { frame, receiver: by, access: one(["r", "rx"]) }),
  call("call", { gate: one(gates) }), call("dev_assign", { device: one(devices), domain: by }), call("#17", {}),
  fc.record({ vcpu, by, move: fc.constantFrom("load" as const, "store" as const, "fetch" as const), page, frame: through }),
  fc.record({ vcpu, by, call: fc.constant("return"), arguments: fc.record({}), injected: fc.oneof(vector, fc.record({ vector: fc.constantFrom("shootdown" as const, "external" as const), vcpu, before: fc.nat(9), then: vector })) }),
  fc.record({ vcpu, by, move: fc.constantFrom("interrupt" as const, "injection" as const) }),
  fc.record({ by: one(devices), move: fc.constantFrom("dma_read" as const, "dma_write" as const), page, frame: through }),
  fc.record({ by: fc.constant("host" as const), move: fc.constantFrom("host_read" as const, "host_write" as const), frame }),
  fc.record({ by: fc.constant("host" as const), move: fc.constant("remap" as const), frame, to: fc.option(fc.nat(5), { nil: null }) }),
  fc.record({ by: fc.constant("host" as const), move: fc.constant("rmp" as const), system: fc.nat(5), frame: through }),
);
const trace = fc.record({
  steps: fc.array(step, { maxLength: 8 }), twin: fc.option(fc.record({ steps: fc.array(step, { maxLength: 4 }), secrets: fc.subarray([...domains, ...devices, "host"]) }), { nil: undefined }),
  secrets: fc.option(fc.subarray([...domains, ...devices, "host"]), { nil: undefined }),
  expected: fc.constantFrom(null, { property: "P11", place: "M" as const, afterStep: 1 }),
});
const policy = { domains, devices: devices.map((name) => ({ name, drivers: [] })) };

/** A renaming of each sort into itself. */
const permutation = fc.record({
  domain: fc.shuffledSubarray(domains, { minLength: 3 }), frame: fc.shuffledSubarray(["key", "page"], { minLength: 2 }), monitor: fc.shuffledSubarray(["monitor:3", "monitor:7"], { minLength: 2 }),
  device: fc.shuffledSubarray(devices, { minLength: 2 }), gate: fc.shuffledSubarray(gates, { minLength: 2 }), vcpu: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), system: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
});
type Permutation = typeof permutation extends fc.Arbitrary<infer P> ? P : never;

const among = <T>(names: readonly T[], permuted: readonly T[], old: T): T => permuted[names.indexOf(old)] ?? old;

const permuteStep = (p: Permutation, one: TraceStep): TraceStep => {
  const d = (old: string): string => among(domains, p.domain, old);
  const f = (old: string): string => (old.startsWith("monitor:") ? among(["monitor:3", "monitor:7"], p.monitor, old) : among(["key", "page"], p.frame, old));
  const x = (old: string): string => among(devices, p.device, old), v = (old: number): number => among([0, 1, 2, 3], p.vcpu, old), system = (old: number): number => among([0, 1, 2, 3, 4, 5], p.system, old);
  const argument = (parameter: string, old: NamedArgument): NamedArgument => {
    if (typeof old === "number") return old;
    switch (parameter) {
      case "domain": case "receiver": return d(old);
      case "frame": return f(old);
      case "device": return x(old);
      case "gate": return among(gates, p.gate, old);
      default: return old;
    }
  };
  const to = (old: string | null): string | null => (old === null ? null : f(old));
  if ("call" in one) return { ...one, vcpu: v(one.vcpu), by: d(one.by), ...(one.injected === undefined ? {} : { injected: { ...one.injected, vcpu: v(one.injected.vcpu), ...(one.injected.then === undefined ? {} : { then: { ...one.injected.then, vcpu: v(one.injected.then.vcpu) } }) } }), arguments: Object.fromEntries(Object.entries(one.arguments).map(([name, old]) => [name, argument(name, old)])) };
  switch (one.move) {
    case "load": case "store": case "fetch": return { ...one, vcpu: v(one.vcpu), by: d(one.by), frame: to(one.frame) };
    case "interrupt": case "injection": return { ...one, vcpu: v(one.vcpu), by: d(one.by) };
    case "dma_read": case "dma_write": return { ...one, by: x(one.by), frame: to(one.frame) };
    case "host_read": case "host_write": return { ...one, frame: f(one.frame) };
    case "remap": return { ...one, frame: f(one.frame), to: one.to === null ? null : system(one.to) };
    case "rmp": return { ...one, system: system(one.system), frame: to(one.frame) };
  }
};

it("is idempotent", () => {
  fc.assert(fc.property(trace, (given) => {
    const once = renamed({ ...given, policy });
    // The names that it gives are the policy's of whoever renames again.
    const names = { domains: ["domain0", "domain1", "domain2"], devices: ["device0", "device1"].map((name) => ({ name, drivers: [] })) };
    expect(renamed({ ...once, twin: once.twin ?? undefined, policy: names })).toEqual(once);
  }));
});

it("does not depend on what things are called", () => {
  fc.assert(fc.property(trace, permutation, (given, p) => {
    const secrets = (of: readonly string[]): readonly string[] => of.map((name) => among(devices, p.device, among(domains, p.domain, name)));
    const other = {
      ...given, steps: given.steps.map((one) => permuteStep(p, one)), secrets: given.secrets === undefined ? undefined : secrets(given.secrets),
      twin: given.twin === undefined ? undefined : { steps: given.twin.steps.map((one) => permuteStep(p, one)), secrets: secrets(given.twin.secrets) },
    };
    expect(renamed({ ...other, policy })).toEqual(renamed({ ...given, policy }));
  }));
});

it("tells apart what is not the same under any names", () => {
  const load = (by: string, frame: string): TraceStep => ({ vcpu: 0, by, move: "load", page: 0, frame });
  const of = (...steps: readonly TraceStep[]) => renamed({ steps, expected: null, policy });
  expect(of(load("root", "page"), load("root", "page"))).not.toEqual(of(load("root", "page"), load("lib", "page")));
  expect(of(load("root", "page"))).not.toEqual(of(load("root", "monitor:3")));
  expect(of(load("root", "page"))).toEqual(of(load("lib", "key")));
});
