import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { SizeReport } from "../../checker/report/size.ts";
import { refmon } from "./refmon.ts";

const life = "test/peers/policies/life.json", library = "policies/untrusted-library.json";

const report = (...args: readonly string[]): SizeReport => {
  const { status, stdout } = refmon(["size", ...args, "--reporter", "json"]);
  expect(status).toBe(0);
  const decoded = SizeReport.decode(JSON.parse(stdout));
  if (!isRight(decoded)) throw new Error(`no report of size: ${stdout}`);
  return decoded.right;
};

describe("refmon size", () => {
  it("tells all of a small policy, the same bytes every time", () => {
    const { status, stdout } = refmon(["size", life, "--no-timing"]);
    expect([status, stdout]).toEqual([0, refmon(["size", life, "--no-timing"]).stdout]);
    expect(stdout).toMatchInlineSnapshot(`
      "life   test/peers/policies/life.json
        a state is 140 bits in 5 words, 24 bytes with its parent; 539 instances of calls and moves are tried in each

        variable   cells  bits
        grant         20    50
        holds          5    20
        kind           5    15
        space          4    12
        tables         4    12
        owner          5    10
        knows          2     8
        hostKnows      1     4
        3 others             9

        each of 2 Domains costs 45.0 bits
        each of 5 Frames costs 19.0 bits
        each of 1 Index costs 12.0 bits
        each of 1 Page costs 12.0 bits
        each of 1 Vcpu costs 9.0 bits
        each of 2 Levels costs 6.0 bits

        pilot      626 states, 3,706 transitions, 17 levels, closed
        estimate   626 states, 3,706 transitions, 17 levels
        memory     1 MiB, 1 MiB with --fingerprint
        most of    protect 17 %, interrupt 17 %, switch 13 % of the transitions

        The pilot visited everything: the specification is exhausted at these bounds.
        grant dominates a state with 50 of 140 bits.
        A Domain less takes 45 bits from every state, and up to as many powers of two from their number.
        The monitor is searched besides, to depth 1; how many states that has is not estimated.
      "
    `);
  });

  it("counts bits once by variable, and says what check will find", () => {
    const { state, variables, pilot, estimate } = report(life);
    expect(variables.reduce((sum, { bits }) => sum + bits, 0)).toBe(state.bits);
    expect(variables.map(({ bits }) => bits)).toEqual(variables.map(({ bits }) => bits).toSorted((a, b) => b - a));
    const { searches } = JSON.parse(refmon(["check", life, "--depth", "0", "--reporter", "json", "--no-traces"]).stdout) as { searches: { statesDistinct: number; transitions: number }[] };
    expect(pilot).toMatchObject({ closed: true, states: searches[0]?.statesDistinct, transitions: searches[0]?.transitions });
    expect(estimate).toMatchObject({ states: pilot.states, transitions: pilot.transitions });
  });

  it("estimates what the pilot does not reach, and takes less for fingerprints", () => {
    const { pilot, estimate, advice } = report(library, "--no-timing");
    expect(pilot).toMatchObject({ closed: false });
    expect(pilot).not.toHaveProperty("seconds");
    expect(estimate.states / 625_937).toBeGreaterThan(0.5);
    expect(estimate.states / 625_937).toBeLessThan(2);
    expect(estimate.bytesOfFingerprints).toBeLessThan(estimate.bytes);
    expect(advice.join()).toContain("grant dominates");
  });

  it("grows with a bound, and tells what symmetry would spare", () => {
    const one = report(life, "--no-timing"), two = report(life, "--pages", "2", "--no-timing"), plain = report(library, "--no-symmetry", "--no-timing");
    expect(two.state.bits).toBeGreaterThan(one.state.bits);
    expect(two.pilot.states).toBeGreaterThan(one.pilot.states);
    expect(plain.advice.join()).toContain("Without --no-symmetry");
    expect(plain.advice.join()).toContain("powers of ten");
  }, 120_000);
});
