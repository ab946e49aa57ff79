/** Good files, from which bad ones are made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string): string => JSON.stringify(JSON.parse(readFileSync(join(root, path), "utf8")));

/** All features of the language are in one of them. */
export const policies = ["policies/untrusted-library.json", "policies/examples/leaky.json", "test/checker/policy/whole.json", "test/checker/refine/tiny.json"].map(read);

const tiny = JSON.parse(read("test/checker/refine/tiny.json")) as unknown;
const leaky = JSON.parse(read("policies/examples/leaky.json")) as unknown;

/** Every form of a step, and the words for a violation and its twin. */
export const traces = [
  {
    schema: "refmon.trace/1", policy: leaky, expected: { property: "C:library-learns-no-secret", place: "A", afterStep: 4 }, steps: [
      { vcpu: 0, by: "app", call: "grant", arguments: { frame: "secret", receiver: "lib", access: "r" } }, { vcpu: 1, by: "lib", call: "accept", arguments: { frame: "secret" } },
      { vcpu: 1, by: "lib", call: "map", arguments: { domain: "lib", page: 1, frame: "secret", access: "r" } }, { vcpu: 1, by: "lib", move: "load", page: 1, frame: "secret" },
    ],
  },
  {
    schema: "refmon.trace/1", policy: tiny, expected: null, secrets: ["root"], steps: [
      { vcpu: 0, by: "root", call: "create", arguments: { domain: "child", frame: "a" } }, { vcpu: 0, by: "root", call: "seal", arguments: { domain: "child" }, interruptsAt: 0 },
      { vcpu: 0, by: "root", call: "#99", arguments: {} }, { vcpu: 0, by: "root", move: "interrupt" }, { by: "nic", move: "dma_read", page: 0, frame: null }, { by: "host", move: "host_read", frame: "a" },
      { vcpu: 0, by: "root", call: "reclaim", arguments: { frame: "monitor:0" } }, { by: "host", move: "remap", frame: "a", to: null }, { by: "host", move: "rmp", system: 3, frame: "a" },
      { vcpu: 0, by: "root", call: "return", arguments: {}, injected: { vector: "external", vcpu: 0, before: 3, then: { vector: "shootdown", vcpu: 0, before: 3 } } }, { vcpu: 0, by: "root", move: "injection" },
    ],
    twin: { secrets: [], steps: [{ vcpu: 0, by: "root", move: "fetch", page: 0, frame: null }] },
  },
].map((trace) => JSON.stringify(trace));

export const configurations = [{
  $schema: "schemas/config.schema.json", policy: ["policies/untrusted-library.json"], depth: 2, pages: 2, vcpus: 2, property: ["P1"], call: ["map"], symmetry: true, fingerprint: false, workers: "auto",
  budget: ["60s", "5Mstates,2GiB"], requireClosed: false, vacuity: "warn", allViolations: true, reporter: ["human", "json=report.json"], timing: false, traces: false, walks: 5, length: 10, seed: 3,
}].map((settings) => JSON.stringify(settings));
