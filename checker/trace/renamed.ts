/**
 * A trace up to the names of what is interchangeable in it: domains, frames, devices, gates, vCPUs and memory behind frames get new names in the order in which the trace first uses them.
 * Two searches that find the same thing in another place then give the same.
 */
import { calls } from "../../spec/calls/index.ts";
import type { CallStep, InjectedVector, NamedArgument, Trace, TraceStep } from "./trace.ts";

type Sort = "domain" | "frame" | "monitor" | "device" | "gate" | "vcpu" | "system";

/** What of a trace is compared: all but the policy, and numbers of pages and levels as they are. */
export interface RenamedTrace {
  readonly steps: readonly TraceStep[];
  readonly secrets: readonly string[];
  readonly twin: { readonly steps: readonly TraceStep[]; readonly secrets: readonly string[] } | null;
  readonly expected: Trace["expected"];
}

const sortOfType: { readonly [type: string]: Sort | undefined } = { Domain: "domain", Frame: "frame", Device: "device", Gate: "gate" };

/** Numbers from 0 for the members of each sort, as they come. */
const namer = (): ((sort: Sort, old: NamedArgument) => number) => {
  const known = new Map<Sort, Map<NamedArgument, number>>();
  return (sort, old) => {
    const ofSort = known.get(sort) ?? new Map<NamedArgument, number>(), number = ofSort.get(old) ?? ofSort.size;
    known.set(sort, ofSort.set(old, number));
    return number;
  };
};

type Namer = ReturnType<typeof namer>;

/** `monitor:7` is a frame of the monitor, and stays one. */
const frame = (name: Namer, old: string): string => (old.startsWith("monitor:") ? `monitor:${name("monitor", old)}` : `frame${name("frame", old)}`);

const injected = (name: Namer, one: InjectedVector): InjectedVector => ({
  ...one, vcpu: name("vcpu", one.vcpu), ...(one.then === undefined ? {} : { then: { ...one.then, vcpu: name("vcpu", one.then.vcpu) } }),
});

const call = (name: Namer, step: CallStep): CallStep => {
  const own = calls.find((one) => one.name === step.call)?.own ?? [];
  const argument = (parameter: string, old: NamedArgument): NamedArgument => {
    const type = own.find((one) => one.name === parameter)?.type, sort = type === undefined || type.kind === "set" ? undefined : sortOfType[type.name];
    // A number is out of range: it names nothing.
    if (sort === undefined || typeof old === "number") return old;
    return sort === "frame" ? frame(name, old) : `${sort}${name(sort, old)}`;
  };
  return {
    ...step, vcpu: name("vcpu", step.vcpu), by: `domain${name("domain", step.by)}`,
    ...(step.injected === undefined ? {} : { injected: injected(name, step.injected) }),
    arguments: Object.fromEntries(Object.entries(step.arguments).map(([parameter, old]) => [parameter, argument(parameter, old)])),
  };
};

const renameStep = (name: Namer, step: TraceStep): TraceStep => {
  if ("call" in step) return call(name, step);
  const through = (old: string | null): string | null => (old === null ? null : frame(name, old));
  const by = (domain: string): string => `domain${name("domain", domain)}`;
  switch (step.move) {
    case "load": case "store": case "fetch": return { ...step, vcpu: name("vcpu", step.vcpu), by: by(step.by), frame: through(step.frame) };
    case "interrupt": case "injection": return { ...step, vcpu: name("vcpu", step.vcpu), by: by(step.by) };
    case "dma_read": case "dma_write": return { ...step, by: `device${name("device", step.by)}`, frame: through(step.frame) };
    case "host_read": case "host_write": return { ...step, frame: frame(name, step.frame) };
    case "remap": return { ...step, frame: frame(name, step.frame), to: step.to === null ? null : name("system", step.to) };
    case "rmp": return { ...step, system: name("system", step.system), frame: through(step.frame) };
  }
};

/** Idempotent, and the same for traces that a renaming takes into each other. */
export const renamed = ({ policy, steps, secrets, twin, expected }: Pick<Trace, "steps" | "secrets" | "twin" | "expected"> & { readonly policy: Pick<Trace["policy"], "domains" | "devices"> }): RenamedTrace => {
  const name = namer();
  const all = (of: readonly TraceStep[]): readonly TraceStep[] => of.map((step) => renameStep(name, step));
  const principal = (old: string): string => {
    if (policy.domains.includes(old)) return `domain${name("domain", old)}`;
    return (policy.devices ?? []).some((device) => device.name === old) ? `device${name("device", old)}` : old;
  };
  return {
    steps: all(steps), secrets: (secrets ?? []).map(principal),
    twin: twin === undefined ? null : { steps: all(twin.steps), secrets: twin.secrets.map(principal) }, expected,
  };
};
