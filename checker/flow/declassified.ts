/**
 * What may be seen although it flows where no edge of the policy lets it: the list of MODEL.md section 7, each entry with its reason, as narrow as it can be. An entry excuses
 * cells of an observation after certain steps, and nothing else; a test takes each away and sees a conflict. What the policy has edges for (content of granted and shared frames,
 * donated images) needs no entry, gate arguments are the same in both runs, and scheduling is observed by nobody.
 */
import { RAX } from "../../hw/vcpu.ts";
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Part } from "./parts.ts";

/** A step as an entry sees it. */
export interface DeclassifiedStep {
  readonly name: string;
  /** The principal that acts. */
  readonly actor: number;
  readonly scope: Scope;
}

export interface Declassification {
  readonly id: string;
  readonly reason: string;
  readonly steps: readonly string[];
  /** Whether the observer may see `now` in this cell of its observation; `saw` is what a cell showed before the step. */
  readonly covers: Covers;
}

type Covers = (step: DeclassifiedStep, part: Part, at: readonly number[], now: number, saw: (part: Part, ...at: readonly number[]) => number) => boolean;

const endOfGrant: Covers = ({ scope }, part, at, now, saw) => {
  if (now !== 0) return false;
  const victim = Number(scope["domain"]), gaveIt = (frame: number): boolean => saw("giver", frame) === victim + 1;
  if (part === "grant") return at[1] === victim;
  if (part === "given" || part === "giver" || part === "content" || part === "answers") return gaveIt(at[0] ?? 0);
  return (part === "space" || part === "io") && gaveIt(Math.floor(saw(part, ...at) / 8) - 1);
};

const changeOfDriver: Covers = ({ name, scope }, part, [device], now, saw) => {
  if (part === "assigned") return name === "destroy" || device === scope["device"];
  if (name === "dev_assign") return part === "driver";
  return now === 0 && (part === "driver" || part === "io" || part === "reached" || part === "remembered") && saw("driver") === Number(scope["domain"]) + 1;
};

/** On SEV-SNP the host is asked for the memory that it has put behind the frame. */
const sharedFrameReclaimed: Covers = ({ scope }, part, [frame = 0], now, saw) => {
  const reclaimed = Number(scope["frame"]);
  if (saw("shared", reclaimed) !== 1) return false;
  if (part === "entry" || part === "clear") return frame === saw("behind", reclaimed) && (part === "entry" || now === 0);
  return now === 0 && (part === "shared" || part === "content") && frame === reclaimed;
};

export const declassified: readonly Declassification[] = [
  {
    id: "answer-to-a-grant",
    reason: "The owner of a frame learns that a receiver has accepted it or given it back: without that nobody could agree to share.",
    steps: ["accept", "relinquish"],
    covers: ({ actor, scope }, part, [frame, receiver]) => part === "grant" && frame === scope["frame"] && receiver === actor,
  },
  {
    id: "slot-in-use",
    reason: "A slot's creator, its ancestors and those who may grant to it or call it learn that its domain is there, or no more: create, grant and call answer by it.",
    steps: ["create", "seal", "destroy", "release"],
    covers: ({ scope }, part, [domain]) => (part === "life" || part === "parent" || part === "sealed") && domain === scope["domain"],
  },
  {
    id: "estate",
    reason: "All ancestors of a dying domain may reclaim its frames, each the ones that are left: they learn which those are.",
    steps: ["destroy", "reclaim"],
    covers: ({ name, scope }, part, [frame]) => part === "owner" && (name === "destroy" || frame === scope["frame"]),
  },
  {
    id: "end-of-a-grant",
    reason: "Grants of a dying domain, given and received, go with the mappings that rest on them: the other side learns that it is gone.",
    steps: ["destroy"],
    covers: endOfGrant,
  },
  {
    id: "change-of-driver",
    reason: "A device is reset when it is assigned, and when its driver dies; who else may drive it learns that it is taken, or free again.",
    steps: ["dev_assign", "dev_release", "destroy"],
    covers: changeOfDriver,
  },
  {
    id: "shared-frame-reclaimed",
    reason: "The host learns that a frame which a dead domain shared with it is gone: it must, for it cannot read it any more.",
    steps: ["reclaim"],
    // Only the host has seen that a frame is shared; what its new owner then finds in it is no part of this.
    covers: sharedFrameReclaimed,
  },
  {
    id: "memory-of-the-host",
    reason: "The host of SEV-SNP takes memory away from whom it wants, and lets accesses get there or not: it can stop progress. Nobody sees other content by that, but none.",
    steps: ["remap", "rmp", "unshare_host", "reclaim"],
    // A domain that wants a shared frame back has the host assign the memory behind it, which the host may have taken from others.
    covers: ({ name }, part, _at, now) => (part === "answers" && (now === 0 || name === "remap" || name === "rmp")) || (part === "content" && now === 0),
  },
  {
    id: "aborted",
    reason: "A caller whose callee is destroyed goes on with ABORTED, and what a domain did in a thread of the victim's ends with the thread.",
    steps: ["destroy"],
    // The code, and nothing else that was not there: registers of a thread that has ended are gone.
    covers: (_step, part, at, now) => part === "control" || (part === "below" && now === 0) || (part === "register" && (now === 0 || at[2] === RAX)),
  },
];
