/** How the search of the specification grows when one bound does. */
import { columns, counted } from "../checker/report/layout.ts";
import { unlimited } from "../checker/explore/result.ts";
import { search } from "../checker/explore/search.ts";
import { systemsOf } from "../spec/system.ts";
import { policyOf, type Size } from "./policy.ts";

const small: Size = { domains: 1, frames: 2, pages: 2, vcpus: 1 }, pair: Size = { domains: 2, frames: 1, pages: 1, vcpus: 1 };

/** Each grows in one of its sizes from the one before; those that are not exhausted at so many states are cut there, and say so. */
const mostStates = 3_000_000;
const curves: readonly { readonly grows: string; readonly sizes: readonly Size[] }[] = [
  { grows: "frames", sizes: [1, 2, 3, 4].map((frames) => ({ ...small, frames })) },
  { grows: "pages", sizes: [1, 2, 3, 4].map((pages) => ({ ...small, pages })) },
  { grows: "vCPUs", sizes: [1, 2, 3, 4].map((vcpus) => ({ ...small, vcpus })) },
  { grows: "domains", sizes: [1, 2, 3].map((domains) => ({ ...pair, domains })) },
  { grows: "vCPUs of two domains", sizes: [1, 2].map((vcpus) => ({ ...pair, vcpus })) },
];

/** With every property and with symmetry, as `refmon check` searches. */
export const scalingTable = async (): Promise<readonly string[]> => {
  const rows: string[][] = [];
  for (const { grows, sizes } of curves) {
    for (const size of sizes) {
      const [system] = systemsOf(policyOf("scaling", size, 0)), began = performance.now();
      const { statesDistinct, transitions, closed } = await search(system, { ...unlimited, name: "scaling", maxStates: mostStates });
      const seconds = (performance.now() - began) / 1000;
      rows.push([
        grows, String(size.domains), String(size.frames), String(size.pages), String(size.vcpus), `${counted(statesDistinct)}${closed ? "" : " and more"}`, counted(transitions),
        seconds.toFixed(2), (transitions / seconds / 1e6).toFixed(2),
      ]);
    }
  }
  return [
    "Scaling with bounds: one worker, symmetry, every property",
    ...columns([{ align: "left" }, ...Array.from({ length: 8 }, () => ({ align: "right" as const }))],
      [["grows", "domains", "frames", "pages", "vCPUs", "states", "transitions", "s", "M transitions/s"], ...rows], ""),
  ];
};
