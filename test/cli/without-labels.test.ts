/** A policy of four domains, two gates and a device: what reads no label is judged in a search of its own. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refmon, root, testFolder } from "./refmon.ts";

interface Report {
  readonly searches: readonly { readonly name: string; readonly where: string; readonly closed: boolean }[];
  readonly properties: readonly { readonly id: string; readonly verdict: string; readonly counterexample?: { readonly trace: string | null } }[];
}

const path = join(root, "test/cli/inputs/four-domains.json"), text = readFileSync(path, "utf8");
const claims = ["web-never-reads-the-database", "web-never-writes-the-audit-log", "card-never-writes-the-database", "database-reads-only-requests"].map((name) => `C:${name}`);
const asked = claims.flatMap((id) => ["--property", id]);
const common = ["--depth", "0", "--no-timing", "--reporter", "json"];

describe("claims of reads and writes", () => {
  it("are closed without what labels add, in the same words by any number of workers", () => {
    const [alone, crew] = ["1", "2"].map((workers) => refmon(["check", path, ...asked, ...common, "--workers", workers]));
    const { searches, properties } = JSON.parse(alone?.stdout ?? "") as Report;
    expect(searches.filter(({ where }) => where === "specification").map(({ name, closed }) => ({ name, closed }))).toEqual([{ name: "four-domains, without labels", closed: true }]);
    expect(properties.map(({ id }) => id)).toEqual(claims);
    const plain = (stdout = ""): string => stdout.replaceAll(/--workers \d/gu, "").replaceAll(/"workers": ?\d/gu, "");
    expect(plain(crew?.stdout)).toBe(plain(alone?.stdout));
  }, 120_000);

  it("are violated by runs that every means agrees on, labels included", () => {
    const folder = testFolder(), policy = JSON.parse(text) as { readonly share: readonly object[] };
    const wider = JSON.stringify({ ...policy, share: [...policy.share, { name: "answers", from: "db", to: "web", access: "r" }] });
    writeFileSync(join(folder, "wider.json"), wider);
    const { status, stdout } = refmon(["check", "wider.json", "--property", "C:web-never-reads-the-database", ...common], { cwd: folder });
    expect(status).toBe(1);
    const [violated] = (JSON.parse(stdout) as Report).properties;
    const replayed = refmon(["replay", violated?.counterexample?.trace ?? ""], { cwd: folder });
    expect(replayed.stdout).toContain("oracle, generated code and monitor agree\nconfirmed: C:web-never-reads-the-database is violated after 6 steps");
  }, 120_000);
});
