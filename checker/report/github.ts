/**
 * `github`: workflow commands, which GitHub Actions shows as annotations at the lines of a pull request
 * (docs.github.com, "Workflow commands for GitHub Actions"). Only what deserves a look is said; the report itself goes into the step's summary.
 */
import { findingsOf, type Finding } from "./findings.ts";
import type { Results } from "./results.ts";

const inMessage = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const inProperty = (text: string): string => inMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const command = (name: string, properties: { readonly [name: string]: string | number }, message: string): string =>
  `::${name} ${Object.entries(properties).map(([key, value]) => `${key}=${inProperty(String(value))}`).join(",")}::${inMessage(message)}`;

const names = { error: "error", warning: "warning", note: "notice" } as const;

const annotation = ({ severity, title, message, at, related }: Finding): string => command(names[severity], { file: at.path, line: at.line, title },
  [message, ...related.map((one) => `${one.at.path}:${one.at.line}: ${one.what}`)].join("\n"));

export const github = (results: Results): string => [
  ...results.reports.flatMap((report) => findingsOf(report, results).map(annotation)),
  ...results.unchanged.map(({ path, baseline }) => command("notice", { file: path, line: 1, title: "not checked" }, `unchanged since ${baseline}`)),
].map((line) => `${line}\n`).join("");
