/** The kinds of things that can be observed, with what tells one from another. */
import type { Policy } from "../../spec/policy.ts";
import { REGISTERS } from "../../hw/vcpu.ts";

/** Of what the numbers of a part's cells are. */
type Of = "Domain" | "Frame" | "Vcpu" | "Device" | "Register" | "number";

/** Each part with the names of its indices. */
export const parts = {
  /** The value of the observer's own secret. */
  secret: [], phase: [], life: ["Domain"], parent: ["Domain"], sealed: ["Domain"],
  table: ["Domain", "number", "number"], space: ["Domain", "number"],
  owner: ["Frame"], kind: ["Frame"], grant: ["Frame", "Domain"], given: ["Frame"], giver: ["Frame"], content: ["Frame", "number"],
  control: ["Domain", "Vcpu"], below: ["Domain", "Vcpu", "number"], register: ["Domain", "Vcpu", "Register"],
  /** Whether there is memory for the frame, and accesses get there. */
  answers: ["Frame"],
  /** Of the host on SEV-SNP: its nested table, its RMP, and memory that is not assigned; and how much of that it has moved. */
  moved: [], behind: ["Frame"], entry: ["Frame"], clear: ["Frame", "number"],
  assigned: ["Device"], driver: [], io: ["Device", "number"], remembered: [], reached: ["Device", "number", "number"], shared: ["Frame"],
} as const satisfies { readonly [part: string]: readonly Of[] };

export type Part = keyof typeof parts;

const nameOf = (policy: Policy, of: Of, n: number): string => {
  switch (of) {
    case "Domain": return policy.domains[n] ?? String(n);
    case "Frame": return n < 1 ? "monitor" : policy.boot.frames[n - 1]?.name ?? String(n);
    case "Device": return (policy.devices ?? [])[n]?.name ?? String(n);
    case "Vcpu": return `v${n}`;
    case "Register": return REGISTERS[n] ?? String(n);
    case "number": return String(n);
  }
};

/** As in `content[secret][0]`. */
export const cellName = (policy: Policy, part: Part, at: readonly number[]): string =>
  `${part}${at.map((n, i) => `[${nameOf(policy, parts[part][i] ?? "number", n)}]`).join("")}`;

/** A principal by its number in the union `Principal`. */
export const principalName = ({ domains, devices }: Policy, principal: number): string =>
  domains[principal] ?? (devices ?? [])[principal - domains.length]?.name ?? "host";
