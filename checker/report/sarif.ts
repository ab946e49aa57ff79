/**
 * `sarif`: SARIF 2.1.0 (OASIS, 2020), for code scanning. One run for each policy, told apart by its `automationDetails`; a result for each violation, for a
 * run that leaves something open, and for each diagnostic. Results carry a fingerprint that is the same while the same steps lead to the same violation.
 */
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import { findingsOf, nameOf, sentenceOf, type Finding } from "./findings.ts";
import type { CheckReport, Counterexample, Location } from "./model.ts";
import type { Results } from "./results.ts";
import { sortedJson } from "./sorted-json.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/** The folder that refmon ran in, which under continuous integration is the user's checkout, and the root of refmon's own sources. */
const bases = { here: "%SRCROOT%", refmon: "REFMON" } as const;

interface Message { readonly text: string }
interface ArtifactLocation { readonly uri: string; readonly uriBaseId?: string }
interface Place { readonly physicalLocation: { readonly artifactLocation: ArtifactLocation; readonly region: { readonly startLine: number } }; readonly message?: Message }

/** RFC 3986: a path keeps its slashes; everything else that is not plain is escaped. An absolute path is below no base. */
const artifact = (report: CheckReport, path: string): ArtifactLocation => {
  const uri = path.split("/").map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd"))).join("/");
  if (path.startsWith("/")) return { uri: `file://${uri}` };
  return { uri, uriBaseId: path === report.inputs.policy.path ? bases.here : bases.refmon };
};

const place = (report: CheckReport, { path, line }: Location, text?: string): Place => ({
  physicalLocation: { artifactLocation: artifact(report, path), region: { startLine: line } }, ...(text === undefined ? {} : { message: { text } }),
});

/** The steps of a counterexample. Each is at the line that the result is at: code scanning wants a place for each, and the steps are calls, not lines. */
const codeFlow = (report: CheckReport, { steps }: Counterexample, at: Location): object => ({
  threadFlows: [{
    locations: steps.map(({ index, title, by, vcpu, verdict, code }) => ({
      executionOrder: index, importance: index === steps.length ? "essential" : "important",
      location: place(report, at, `${title} by ${by}${vcpu === null ? "" : ` on vCPU ${vcpu}`}: ${code ?? verdict}`),
    })),
  }],
});

/** The names of what a claim does not count, in the property bag (SARIF 3.8) of its rule and of what it finds. */
const excepted = ({ except }: Pick<Finding, "except">): { readonly properties?: object } => (except === undefined ? {} : { properties: { except: except.names } });

const resultOf = (report: CheckReport, rules: readonly string[], finding: Finding): object => {
  const { rule, severity, title, message, at, related, counterexample, except } = finding;
  return {
    ruleId: rule, ruleIndex: rules.indexOf(rule), kind: "fail", level: severity, message: { text: `${title}. ${message}` },
    locations: [place(report, at)], ...(related.length === 0 ? {} : { relatedLocations: related.map((one, id) => ({ id, ...place(report, one.at, one.what) })) }),
    ...(counterexample === null || counterexample.steps.length === 0 ? {} : { codeFlows: [codeFlow(report, counterexample, at)] }),
    ...excepted({ except }), partialFingerprints: { "refmon/v1": counterexample?.id ?? `${rule}:${at.path}` },
  };
};

const runOf = (report: CheckReport, results: Results): object => {
  const { inputs, tool, properties, run, command } = report;
  const findings = findingsOf(report, results), code = exitCodeOf(report, results.requireClosed);
  const others = [...new Set(findings.map(({ rule }) => rule))].filter((rule) => !properties.some(({ id }) => id === rule));
  const rules = [...properties.map(({ id }) => id), ...others];
  const seldom: readonly number[] = [exitCodes.internal, exitCodes.interrupted, exitCodes.inconclusive];
  return {
    tool: {
      driver: {
        name: tool.name, version: tool.version, semanticVersion: tool.version,
        rules: [
          ...properties.map((property) => ({ id: property.id, name: property.title, shortDescription: { text: nameOf(property) }, fullDescription: { text: sentenceOf(property) }, defaultConfiguration: { level: "error" }, ...excepted(property) })),
          ...others.map((id) => ({ id, shortDescription: { text: findings.find(({ rule }) => rule === id)?.title ?? id } })),
        ],
      },
    },
    automationDetails: { id: `refmon/${inputs.policy.path}/` },
    originalUriBaseIds: {
      [bases.here]: { description: { text: "The folder that refmon was run in." } },
      [bases.refmon]: { description: { text: "The root of refmon's own sources." } },
    },
    artifacts: [{ location: artifact(report, inputs.policy.path), roles: ["analysisTarget"], hashes: { "sha-256": inputs.policy.sha256 } }],
    invocations: [{ commandLine: command, executionSuccessful: run.state === "complete" && !seldom.includes(code), exitCode: code }],
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => resultOf(report, rules, finding)),
  };
};

export const sarif = (results: Results): string =>
  `${sortedJson({ $schema: schema, version: "2.1.0", runs: results.reports.map((report) => runOf(report, results)) }, 2)}\n`;
