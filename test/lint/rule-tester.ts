import { join } from "node:path";
import { RuleTester } from "eslint";
import type { Rule } from "eslint";
import tseslint from "typescript-eslint";
import { describe, it } from "vitest";

RuleTester.describe = describe;
RuleTester.it = it;

const fixtures = join(import.meta.dirname, "fixtures");

/** What the linter knows beyond the text of a case: nothing, or the types of all fixtures, with the text in the place of the file that it names. */
type Knowledge = "syntax" | "types";

export interface RuleCases {
  readonly valid: readonly { readonly name: string; readonly code: string; readonly file?: string }[];
  readonly invalid: readonly { readonly name: string; readonly code: string; readonly file?: string; readonly reports: readonly string[] }[];
}

/** Registers one test for each case; `reports` are the message identifiers expected, in the order of the source. */
export function testRule(name: string, rule: unknown, knowledge: Knowledge, { valid, invalid }: RuleCases): void {
  const tester = new RuleTester({
    languageOptions: {
      parser: tseslint.parser,
      // Under CI=true the parser would read each file once and for all, and not see the text of the next case.
      parserOptions: knowledge === "types" ? { project: "./tsconfig.json", tsconfigRootDir: fixtures, disallowAutomaticSingleRunInference: true } : {},
    },
  });
  const filename = (file = "monitor/subject.ts"): string => join(fixtures, file);
  tester.run(name, rule as Rule.RuleModule, {
    valid: valid.map((test) => ({ name: test.name, code: test.code, filename: filename(test.file) })),
    invalid: invalid.map((test) => ({
      name: test.name,
      code: test.code,
      filename: filename(test.file),
      errors: test.reports.map((messageId) => ({ messageId })),
    })),
  });
}
