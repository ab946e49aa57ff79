/** The recipes of docs/ci.md and the scripts of action.yml are run as they stand, with stand-ins for `npx`, `npm` and `gh`. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle, root, testFolder, type Ended } from "./refmon.ts";

const guide = readFileSync(join(root, "docs/ci.md"), "utf8"), action = readFileSync(join(root, "action.yml"), "utf8");
const blocks = (language: string): readonly string[] => [...guide.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , text = ""]) => text);

/** A project with a policy, its bounds made small. */
const project = (policy: "untrusted-library" | "examples/leaky"): string => {
  const folder = testFolder();
  mkdirSync(join(folder, "policies"));
  copyFileSync(join(root, `policies/${policy}.json`), join(folder, "policies/mine.json"));
  writeFileSync(join(folder, "refmon.config.json"), JSON.stringify({ depth: 1, ...(policy === "untrusted-library" ? { property: ["P11"] } : { property: ["C:library-learns-no-secret"] }) }));
  for (const [name, text] of [["npx", `[ "$1 $2" = "--no-install refmon" ] || exit 127\nshift 2\nexec "${process.execPath}" "${bundle}" "$@"`], ["npm", "exit 0"], ["gh", `echo "$*" >> gh.log\ncase "$*" in *--paginate*) cat gh.comments ;; esac`]] as const) {
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  return folder;
};

const bash = (script: string, folder: string, env: { readonly [name: string]: string } = {}): Ended => {
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: folder, encoding: "utf8", env: { PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter), ...env },
  });
  return { status, stdout, stderr };
};

describe("docs/ci.md", () => {
  it("has a script for any pipeline that passes where everything holds, and fails where it does not", () => {
    // Three blocks that a reader pastes together.
    const script = blocks("sh").slice(0, 3).join("");
    expect(bash(script, project("untrusted-library"))).toMatchObject({ status: 0, stderr: "" });
    const leaky = project("examples/leaky");
    expect(bash(script, leaky)).toMatchObject({ status: 1, stdout: expect.stringMatching(/\nC:library-learns-no-secret\n$/) });
    expect(readFileSync(join(leaky, "refmon-report/comment.md"), "utf8")).toContain("**violated**");
  });
  it("has a script that compares with the base, skips what is new, and is no pass without a base", { timeout: 120_000 }, () => {
    const script = blocks("sh").find((one) => one.includes("refmon diff")) ?? "", folder = project("untrusted-library"), mine = join(folder, "policies/mine.json");
    const commit = (): void => {
      expect(bash("git add . && git -c user.name=me -c user.email=me@example.org commit --quiet --allow-empty --message base && git update-ref refs/remotes/origin/main HEAD", folder).status).toBe(0);
    };
    expect(bash("git init --quiet && rm policies/mine.json", folder).status).toBe(0);
    expect(bash(script, folder).status).toBe(1);
    commit();
    expect(bash(script, folder)).toEqual({ status: 0, stdout: "", stderr: "" });
    copyFileSync(join(root, "test/cli/diff/confined.json"), mine);
    expect(bash(script, folder)).toEqual({ status: 0, stdout: "", stderr: "" });
    commit();
    copyFileSync(join(root, "test/cli/diff/leaky.json"), mine);
    expect(bash(script, folder)).toMatchObject({ status: 1, stdout: expect.stringContaining("wider: policies/mine.json allows more") });
    expect(readFileSync(join(folder, "refmon-report/diff-mine.md"), "utf8")).toContain("<!-- refmon diff -->");
  });
  it("has a script for GitLab that leaves the files that it names", () => {
    const text = blocks("yaml").find((one) => one.includes("script:")) ?? "", folder = project("examples/leaky");
    const script = [...(/script:\n((?: {4}- .*\n)+)/.exec(text)?.[1] ?? "").matchAll(/^ {4}- (.*)$/gm)].map(([, line]) => line).join("\n");
    expect(bash(script, folder).status).toBe(1);
    const [, junit = ""] = /junit: (.*)\n/.exec(text) ?? [];
    expect(readFileSync(join(folder, junit), "utf8")).toContain('failures="1"');
    for (const path of /paths: \[(.*)\]/.exec(text)?.[1]?.split(", ") ?? [""]) expect([path, existsSync(join(folder, path))]).toEqual([path, true]);
  });
  it("leaves out what has not changed the second time", () => {
    const script = blocks("sh").find((one) => one.includes("--changed")) ?? "", folder = project("untrusted-library");
    expect(bash(script, folder)).toMatchObject({ status: 0, stdout: expect.stringContaining("holds: 1 property") });
    expect(bash(script, folder)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^not checked {2}policies\/mine\.json[^]*nothing was checked/) });
  });
  it("names exit codes as they are", () => {
    expect([...guide.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = ""]) => codes.split(", ").map(Number))).toEqual([0, 1, 2, 3, 4, 70, 130]);
  });
});

/** The steps of the action, by name: what each runs. */
const scripts = new Map(action.split(/^ {4}- /m).slice(1).flatMap((step) => {
  const [, name = ""] = /^name: (.*)$/m.exec(step) ?? [], [, line, block = ""] = /^ {6}run: (?:(?!\|)(.*)|\|\n((?: {8}.*\n|\n)+))/m.exec(step) ?? [];
  return step.includes("run:") ? [[name, line ?? block.replace(/^ {8}/gm, "")] as const] : [];
}));
const step = (name: string): string => scripts.get(name) ?? "";

/** The steps in their order, as the runner reads them. */
const steps = action.split(/^ {4}- /m).slice(1).map((text) => ({
  name: /^(?: {6})?name: (.*)$/m.exec(text)?.[1] ?? "", id: /^ {6}id: (.*)$/m.exec(text)?.[1] ?? null, condition: /^ {6}if: (.*)$/m.exec(text)?.[1] ?? null, uses: /^(?: {6})?uses: ([^@\n]+)@/m.exec(text)?.[1] ?? null,
  env: [...text.matchAll(/^ {8}([A-Z_]+): \$\{\{ (.*) \}\}$/gm)].map(([, variable = "", expression = ""]) => [variable, expression] as const),
}));

type Context = { readonly [expression: string]: string };

/**
 * Runs the action as the runner of GitHub does: each step if its condition holds, with its variables, and what it puts out for those behind it. What others have written (`uses`) is only named.
 * @throws RangeError for an expression that nothing has a value for, and for a condition of another form than those that there are.
 */
const runAction = (folder: string, context: Context): { readonly ran: readonly string[]; readonly codeOf: (name: string) => number | null } => {
  const outputs = new Map<string, string>(), ids = new Set(steps.map(({ id }) => id)), codes = new Map<string, number | null>(), ran: string[] = [];
  const valueOf = (expression: string): string => {
    const [, id] = /^steps\.(\w+)\.outputs\.[\w-]+$/.exec(expression) ?? [], value = id === undefined ? context[expression] : ids.has(id) ? outputs.get(expression) ?? "" : undefined;
    if (value === undefined) throw new RangeError(`action.yml reads ${expression}, which nothing writes`);
    return value;
  };
  const holds = (condition: string): boolean => condition.split(" && ").every((part) => {
    const [, expression, wanted] = /^(\S+) == '(.*)'$/.exec(part) ?? [];
    if (expression === undefined) throw new RangeError(`no condition that this reads: ${part}`);
    return valueOf(expression) === wanted;
  });
  for (const { name, id, condition, uses, env } of steps) {
    if (condition !== null && !holds(condition)) continue;
    ran.push(uses ?? name);
    if (uses !== null) continue;
    const output = join(folder, "output");
    writeFileSync(output, "");
    const { status } = bash(step(name), folder, { GITHUB_ACTIONS: "true", GITHUB_ACTION_PATH: root, GITHUB_REPOSITORY: "me/mine", GITHUB_OUTPUT: output, ...Object.fromEntries(env.map(([variable, expression]) => [variable, valueOf(expression)])) });
    codes.set(name, status);
    for (const [, key = "", value = ""] of readFileSync(output, "utf8").matchAll(/^([\w-]+)=(.*)$/gm)) outputs.set(`steps.${id ?? ""}.outputs.${key}`, value);
    if (status !== 0) break;
  }
  return { ran, codeOf: (name) => codes.get(name) ?? null };
};

describe("action.yml", () => {
  const check = (folder: string, inputs: { readonly [name: string]: string }): { readonly ended: Ended; readonly output: string } => {
    writeFileSync(join(folder, "output"), "");
    const ended = bash(step("Check"), folder, { GITHUB_ACTIONS: "true", GITHUB_ACTION_PATH: root, GITHUB_OUTPUT: join(folder, "output"), INPUT_POLICY: "", INPUT_ARGUMENTS: "", INPUT_CHANGED: "false", ...inputs });
    return { ended, output: readFileSync(join(folder, "output"), "utf8") };
  };
  it("checks the policies that patterns name, annotates, and leaves every report", () => {
    const folder = project("examples/leaky");
    copyFileSync(join(folder, "policies/mine.json"), join(folder, "policies/my other.json"));
    const { ended, output } = check(folder, { INPUT_POLICY: "policies/mi*.json\npolicies/my other.json\n", INPUT_ARGUMENTS: "--depth 0 --no-timing" });
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringMatching(/^::error file=policies\/mine\.json,line=11[^]*::error file=policies\/my other\.json/m) });
    expect(output).toBe("exit-code=1\nreported=true\nscanned=true\n");
    for (const name of ["report.json", "report.jsonl", "junit.xml", "refmon.sarif", "counterexamples.itf.json", "comment.md"]) expect([name, existsSync(join(folder, "refmon-report", name))]).toEqual([name, true]);
  });
  it("takes the policies of refmon.config.json where none are named, and only those that changed where asked to", () => {
    const folder = project("untrusted-library"), settings = join(folder, "refmon.config.json");
    writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, "utf8")) as object, policy: ["policies/mine.json"] }));
    expect(check(folder, { INPUT_CHANGED: "true" }).output).toBe("exit-code=0\nreported=true\nscanned=true\n");
    expect(check(folder, { INPUT_CHANGED: "true" })).toMatchObject({ output: "exit-code=0\nreported=true\n", ended: { stdout: expect.stringContaining("nothing was checked") } });
  });
  it("is no pass where a pattern matches nothing", () => {
    const { ended, output } = check(project("untrusted-library"), { INPUT_POLICY: "policies/none-*.json" });
    expect(output).toBe("exit-code=2\n");
    expect(ended.stderr).toContain("error[UNREADABLE] policies/none-*.json");
  });
  it("comments once a pull request", () => {
    const folder = project("examples/leaky"), env = { GITHUB_REPOSITORY: "me/mine", NUMBER: "7", GH_TOKEN: "" }, log = join(folder, "gh.log");
    writeFileSync(join(folder, "gh.comments"), "");
    expect(bash(step("Comment on the pull request"), folder, env).status).toBe(0);
    expect(readFileSync(log, "utf8").split("\n")[1]).toBe("api --silent --method POST repos/me/mine/issues/7/comments --field body=@refmon-report/comment.md");
    writeFileSync(join(folder, "gh.comments"), "41\n42\n");
    expect(bash(step("Comment on the pull request"), folder, env).status).toBe(0);
    expect(readFileSync(log, "utf8").split("\n")[3]).toBe("api --silent --method PATCH repos/me/mine/issues/comments/41 --field body=@refmon-report/comment.md");
  });
  it.each([0, 1, 2, 3, 70])("ends with the exit code %i", (code) => expect(bash(step("Verdict"), root, { CODE: String(code), COMPARED: "" }).status).toBe(code));
  it("ends with that of the comparison where the check passed", () => expect(bash(step("Verdict"), root, { CODE: "0", COMPARED: "1" }).status).toBe(1));
  it("compares policies that a pull request changes, and no others", { timeout: 120_000 }, () => {
    const folder = testFolder(), commit = "git -c user.name=me -c user.email=me@example.org commit --quiet --message", written = join(folder, "policies/mine.json");
    mkdirSync(join(folder, "policies"));
    mkdirSync(join(folder, "refmon-report"));
    for (const name of ["mine", "same"]) copyFileSync(join(root, "test/cli/diff/confined.json"), join(folder, `policies/${name}.json`));
    const base = bash(`git init --quiet && git add . && ${commit} before && git rev-parse HEAD`, folder).stdout.trim();
    copyFileSync(join(root, "test/cli/diff/leaky.json"), written);
    copyFileSync(written, join(folder, "policies/new.json"));
    const compared = (widening: string): string => {
      for (const file of ["output", "refmon-report/comment.md"]) writeFileSync(join(folder, file), "");
      const { status, stderr } = bash(step("Compare with the base"), folder, {
        GITHUB_ACTION_PATH: root, GITHUB_OUTPUT: join(folder, "output"), BASE: base, INPUT_POLICY: "policies/*.json", INPUT_ACCEPT: "", INPUT_WIDENING: widening,
      });
      expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
      return readFileSync(join(folder, "output"), "utf8");
    };
    expect(compared("fail")).toBe("exit-code=1\n");
    const comment = readFileSync(join(folder, "refmon-report/comment.md"), "utf8");
    expect(comment.match(/<!-- refmon diff -->/g)).toHaveLength(1);
    expect(comment).toContain("what app keeps secret can now reach lib");
    expect(compared("tell")).toBe("exit-code=0\n");
  });
  it.each([
    { event: "pull_request", policy: "leaky", widening: "tell", uses: ["actions/setup-node", "github/codeql-action/upload-sarif", "actions/upload-artifact"], code: 1 },
    { event: "pull_request", policy: "other", widening: "fail", uses: ["actions/setup-node", "github/codeql-action/upload-sarif", "actions/upload-artifact"], code: 1 },
    { event: "push", policy: "confined", widening: "fail", uses: ["actions/setup-node", "github/codeql-action/upload-sarif", "actions/upload-artifact"], code: 0 },
    { event: "pull_request", policy: "broken", widening: "tell", uses: ["actions/setup-node"], code: 2 },
  ])("goes from step to step as a $event of a $policy policy does, and ends with $code", { timeout: 240_000 }, ({ event, policy, widening, uses, code }) => {
    const folder = project("examples/leaky"), mine = join(folder, "policies/mine.json"), confined = readFileSync(join(root, "test/cli/diff/confined.json"), "utf8"), leaky = readFileSync(join(root, "test/cli/diff/leaky.json"), "utf8");
    writeFileSync(mine, confined);
    writeFileSync(join(folder, "gh.comments"), "");
    const base = bash("git init --quiet && git add policies && git -c user.name=me -c user.email=me@example.org commit --quiet --message before && git rev-parse HEAD", folder).stdout.trim();
    // `other` claims nothing, so that a widening is all that is to be told.
    writeFileSync(mine, { leaky, confined, other: leaky.replace(/"claims": \[.*\]/, `"claims": []`), broken: leaky.replace('"share"', '"shares"') }[policy] ?? "");
    writeFileSync(join(folder, "refmon.config.json"), JSON.stringify({ policy: ["policies/mine.json"], depth: 0, property: policy === "other" ? ["P1"] : ["C:library-learns-no-secret"] }));
    const { ran, codeOf } = runAction(folder, {
      "inputs.policy": "", "inputs.arguments": "", "inputs.changed": "false", "inputs.diff": "true", "inputs.accept": "", "inputs.widening": widening, "inputs.sarif": "true", "inputs.comment": "true", "inputs.token": "token",
      "github.event_name": event, "github.event.pull_request.base.sha": base, "github.event.pull_request.number": "7", "github.action_path": root,
    });
    expect(ran.filter((one) => one.includes("/"))).toEqual(uses);
    expect([codeOf("Verdict"), [...scripts.keys()].filter((name) => name !== "Verdict").map(codeOf).filter((one) => one !== null && one !== 0)]).toEqual([code, []]);
    expect(ran.includes("Comment on the pull request")).toBe(event === "pull_request" && policy !== "broken");
    if (policy === "broken") return;
    // The comment says what is violated, and then what has become possible.
    const comment = readFileSync(join(folder, "refmon-report/comment.md"), "utf8");
    expect([comment.startsWith("<!-- refmon check -->"), comment.includes("<!-- refmon diff -->")]).toEqual([true, policy !== "confined"]);
  });
  it("puts nothing that a pull request can choose into a script", () => {
    expect([...scripts.keys()]).toEqual(["Build refmon", "Check", "Compare with the base", "Comment on the pull request", "Verdict"]);
    for (const text of scripts.values()) expect(text).not.toContain("${{");
  });
  it("reads inputs that it has, and has none that it does not read", () => {
    const has = [...(/^inputs:\n([^]*?)^\w/m.exec(action)?.[1] ?? "").matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
    expect(new Set([...action.matchAll(/inputs\.(\w+)/g)].map(([, name]) => name))).toEqual(new Set(has));
  });
});
