/** What a difference means, in one sentence. */
import type { Side } from "./universe.ts";
import type { Flow, Right } from "./rights.ts";
import type { RelationName } from "./relations.ts";
import type { TraceStep } from "../trace/trace.ts";

const able: { readonly [access: string]: string } = { r: "readable", w: "writable", x: "executable", rw: "readable and writable", rx: "readable and executable" };
const ability = (access: unknown): string => able[String(access)] ?? String(access);
const now = (side: Side): string => (side === "new" ? "can now" : "can no longer");

/** The frame that the last step of a run names, where it is one of the owner's: `secret of app`. */
const frameOf = (owner: string, by: string, last: TraceStep | undefined): string => {
  const named = last === undefined ? null : "call" in last ? last.arguments["frame"] ?? null : "frame" in last ? last.frame : null;
  const whose = owner === by ? "its own" : `of ${owner}`;
  if (typeof named === "string") return owner === by ? `its own ${named}` : `${named} ${whose}`;
  return owner === by ? "frames of its own" : `frames ${whose}`;
};

/** `last` is the last step of the witness, if there is one. */
export const sentenceOfRight = (right: Right, side: Side, last: TraceStep | undefined): string => {
  switch (right.kind) {
    case "mapping": return `${right.domain} ${now(side)} map ${frameOf(right.owner, right.domain, last)} ${ability(right.access)}`;
    case "grant": return `${right.domain} ${now(side)} hold a grant of ${frameOf(right.owner, right.domain, last)}, ${ability(right.access)}`;
    case "device": return `the device ${right.device} of ${right.domain} ${now(side)} reach ${frameOf(right.owner, right.domain, last)}, ${ability(right.access)}`;
    case "host": return `the host ${now(side)} read and write ${frameOf(right.owner, "the host", last)}`;
    case "run": return `${right.domain} ${now(side)} run`;
    case "control": return right.by === "interrupt" ? `an interrupt of ${right.domain} ${now(side)} make its vCPU run ${right.to}` : `${right.by} ${now(side)} take a vCPU from ${right.domain} to ${right.to}`;
  }
};

export const sentenceOfFlow = ({ from, to }: Flow, side: Side): string => (side === "new" ? `what ${from} keeps secret can now reach ${to}` : `what ${from} keeps secret no longer reaches ${to}`);

/** Of a call or move that one side allows and the other denies; `null` for whom vCPUs run. */
export const sentenceOfStep = (last: TraceStep | undefined, title: string, call: string, relation: RelationName, side: Side): string => {
  if (call === "control") return side === "new" ? "after the same steps a vCPU runs another domain than before" : "after the same steps a vCPU no longer runs the domain that it did";
  if (last === undefined) return `${call} is ${side === "new" ? "now" : "no longer"} allowed${relation === "none" ? "" : ` to a caller that is ${relation === "self" ? "itself what the call is about" : `${relation} to what it is about`}`}`;
  if (!("call" in last)) return `${last.by} ${now(side)} ${title}`;
  const { by, arguments: given } = last;
  const text = (name: string): string => String(given[name] ?? "");
  switch (call) {
    case "grant": return `${by} ${now(side)} grant ${text("frame")} to ${text("receiver")}, ${ability(given["access"])}`;
    case "create": return `${by} ${now(side)} create ${text("domain")}`;
    case "call": return `${by} ${now(side)} enter ${relation === "self" ? "itself" : "a domain"} through the gate ${text("gate")}`;
    case "switch": return `${by} ${now(side)} switch a vCPU to ${text("domain")}`;
    case "dev_assign": return `${by} ${now(side)} assign the device ${text("device")} to ${text("domain")}`;
    case "share_host": return `${by} ${now(side)} share ${text("frame")} with the host`;
    case "accept": return `${by} ${now(side)} accept ${text("frame")}`;
    case "map": return `${by} ${now(side)} map ${text("frame")} ${ability(given["access"])} at page ${text("page")} of ${text("domain")}`;
    default: return `${by} ${now(side)} call ${title}`;
  }
};
